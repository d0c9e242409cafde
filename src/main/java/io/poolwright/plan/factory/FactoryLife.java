package io.poolwright.plan.factory;

import io.poolwright.api.Condition;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.factory.Factory;
import io.poolwright.plan.Again;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.job.OwnTasks;
import io.poolwright.plan.task.TaskInput;
import io.poolwright.plan.task.TaskLife;
import io.poolwright.plan.task.TaskPlan;
import io.poolwright.snapshot.FactorySeen;
import io.poolwright.snapshot.ListTrouble;
import io.poolwright.snapshot.ParentsSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The life of a factory's tasks: each by the rules of any task ({@link TaskLife}), all in one
 * ledger. What has not begun is looked at once for all.
 */
public final class FactoryLife {
  /** A list that could not be read is read again after this. */
  private static final Duration LIST_PAUSE = Duration.ofSeconds(10);

  private final FactorySeen seen;
  private final FactoryLedger ledger;
  private final List<TaskPlan.Step> steps = new ArrayList<>();
  private final List<FactoryPlan.Ask> asks = new ArrayList<>();
  private final Set<Integer> moved = new HashSet<>();
  private final List<Integer> ready = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();
  private @Nullable Duration again;

  private FactoryLife(FactorySeen seen, Factory factory) {
    this.seen = seen;
    this.ledger = new FactoryLedger(seen.job(), factory);
  }

  public static FactoryPlan decide(FactorySeen seen, Factory factory) {
    return new FactoryLife(seen, factory).decide();
  }

  private FactoryPlan decide() {
    Set<Integer> look = new TreeSet<>();
    if (seen.only() != null) {
      look.addAll(seen.only());
    } else {
      ledger.live().stream().map(LiveTask::index).forEach(look::add);
      look.addAll(seen.pods().keySet());
    }
    look.forEach(this::look);
    if (!OwnTasks.managerIsMade(seen.job())) {
      return plan(false, null, false);
    }
    int next = (int) ledger.fresh().next(0);
    @Nullable Condition obstacle = null;
    boolean runnable = false;
    if (next >= 0 && isUnread()) {
      again(LIST_PAUSE);
      return plan(
          false,
          ledger.nameOf(next)
              + ": "
              + Reason.FilesNotListed
              + ": "
              + Objects.requireNonNull(seen.list()).sentence(),
          false);
    }
    if (next >= 0) {
      Task begins = lost() == null ? ledger.task(next, 0) : ledger.outline(next, 0);
      TaskPlan first = TaskLife.decide(seen(begins, next, List.of()));
      again(first.again());
      runnable = first.runnable();
      obstacle =
          first.say() == null
              ? null
              : Conditions.find(first.say().conditions(), Conditions.READY).orElse(null);
      if (obstacle != null && isItsOwn(begins, obstacle)) {
        // It fails when its turn comes, and the others run.
        runnable = true;
      } else if (obstacle != null) {
        // Those that wait for a node to be prepared have to stay among those that wait.
        return plan(runnable, ledger.nameOf(next) + ": " + said(obstacle), stuck(first.say()));
      }
    }
    if (runnable && seen.refusal() == null && ledger.isFull()) {
      return full(next);
    }
    return seen.refusal() == null
        ? plan(runnable, null, false)
        : plan(
            runnable,
            Reason.PodRejected + ": The pods of its tasks are refused: " + seen.refusal(),
            true);
  }

  /** Those that run make room by their end; where none does, nothing ever will. */
  private FactoryPlan full(int next) {
    boolean ever = !ledger.live().isEmpty();
    return plan(
        ever,
        ledger.nameOf(next)
            + ": "
            + (ever
                ? Reason.WaitingForSlot
                    + ": The job has no room to note more tasks that run at once; the next begins"
                    + " when one of them is over"
                : Reason.InvalidTaskFactory
                    + ": The job has no room to note another task; make a job with a smaller spec,"
                    + " or with a part of the tasks"),
        !ever);
  }

  private static boolean isItsOwn(Task task, Condition obstacle) {
    return TaskInput.own(task).map(c -> c.reason().name().equals(obstacle.reason())).orElse(false);
  }

  private static String said(Condition condition) {
    return condition.reason() + ": " + condition.message();
  }

  private static boolean stuck(@Nullable TaskStatus says) {
    return says != null
        && Conditions.find(says.conditions(), Conditions.STALLED)
            .map(c -> c.status().equals("True"))
            .orElse(false);
  }

  private FactoryPlan plan(boolean runnable, @Nullable String obstacle, boolean stuck) {
    List<EventToSay> events =
        failed.isEmpty()
            ? List.of()
            : List.of(
                new EventToSay(
                    true,
                    Reason.Failed,
                    failed.size() + " task(s) failed; the first is " + failed.getFirst()));
    return new FactoryPlan(
        steps,
        asks,
        ledger,
        !ledger.status().equals(seen.job().statusOrNew().taskFactory()),
        moved,
        events,
        again,
        runnable,
        ready,
        obstacle,
        stuck,
        seen.refusal() != null);
  }

  /** Why no task can be made any more; null where it can. */
  private @Nullable String lost() {
    ListTrouble list = seen.list();
    return list != null && list.lost() ? list.sentence() : null;
  }

  /** What their keys are is not known now. */
  private boolean isUnread() {
    return seen.list() != null && !seen.list().lost();
  }

  private void look(int index) {
    List<PodSeen> pods = seen.pods().getOrDefault(index, List.of());
    int lastPod = pods.stream().mapToInt(PodSeen::number).max().orElse(0);
    boolean toRun = ledger.isToRun(index);
    if (toRun && isUnread()) {
      again(LIST_PAUSE);
      return;
    }
    // A key is read for what is still to be made of it alone: the list may be long, or lost.
    Task task =
        toRun && lost() == null ? ledger.task(index, lastPod) : ledger.outline(index, lastPod);
    TaskPlan plan = TaskLife.decide(seen(task, index, pods));
    for (TaskPlan.Step step : plan.steps()) {
      if (step instanceof TaskPlan.AskForPod ask) {
        asks.add(new FactoryPlan.Ask(index, ask));
      } else {
        steps.add(step);
      }
    }
    again(plan.again());
    if (plan.runnable() && task.statusOrNew().attempts() > 0) {
      ready.add(index);
    }
    TaskStatus say = plan.say();
    if (say == null) {
      return;
    }
    ledger.enter(index, task, say);
    if (say.stateOrActive() != task.statusOrNew().stateOrActive()) {
      moved.add(index);
    }
    if (say.stateOrActive() == TaskState.COMPLETED
        && say.execution().result() == TaskResult.FAILURE) {
      failed.add(
          Conditions.find(say.conditions(), Conditions.READY)
              .map(c -> ledger.nameOf(index) + ": " + said(c))
              .orElse(ledger.nameOf(index)));
    }
  }

  private TaskSeen seen(Task task, int index, List<PodSeen> pods) {
    return new TaskSeen(
        task,
        seen.job(),
        seen.pool(),
        pods,
        seen.packages(),
        ParentsSeen.NONE,
        evicting(task),
        false,
        // The job says so: it would be the same for all of them.
        false,
        gone(task, index),
        lost(),
        false,
        seen.pausedUntil(),
        seen.startTimeout(),
        seen.now());
  }

  private Set<String> gone(Task task, int index) {
    Attempt attempt = task.statusOrNew().attempt();
    return attempt != null && seen.gone().contains(index) ? Set.of(attempt.podUid()) : Set.of();
  }

  private @Nullable NodeDeallocationOption evicting(Task task) {
    NodeInfo node = task.statusOrNew().nodeInfo();
    return node == null ? null : seen.evicting().get(node.nodeId());
  }

  private void again(@Nullable Duration wanted) {
    again = Again.sooner(again, wanted);
  }
}
