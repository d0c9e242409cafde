package io.poolwright.plan.factory;

import io.poolwright.api.Condition;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.factory.Factory;
import io.poolwright.plan.Again;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.task.TaskInput;
import io.poolwright.plan.task.TaskLife;
import io.poolwright.plan.task.TaskPlan;
import io.poolwright.snapshot.FactorySeen;
import io.poolwright.snapshot.ParentsSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The life of a factory's tasks: each by the rules of any task ({@link TaskLife}), all in one
 * ledger. What has not begun is looked at once for all.
 */
public final class FactoryLife {
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
    int next = (int) ledger.fresh().next(0);
    @Nullable Condition obstacle = null;
    boolean runnable = false;
    if (next >= 0) {
      TaskPlan first = TaskLife.decide(seen(ledger.task(next, 0), next, List.of()));
      again(first.again());
      runnable = first.runnable();
      obstacle =
          first.say() == null
              ? null
              : Conditions.find(first.say().conditions(), Conditions.READY).orElse(null);
      if (obstacle != null && isItsOwn(next, obstacle)) {
        // It fails when its turn comes, and the others run.
        runnable = true;
      } else if (obstacle != null) {
        // Those that wait for a node to be prepared have to stay among those that wait.
        return plan(runnable, ledger.nameOf(next) + ": " + said(obstacle), stuck(first.say()));
      }
    }
    return seen.refusal() == null
        ? plan(runnable, null, false)
        : plan(
            runnable,
            Reason.PodRejected + ": The pods of its tasks are refused: " + seen.refusal(),
            true);
  }

  private boolean isItsOwn(int index, Condition obstacle) {
    return TaskInput.own(ledger.task(index, 0))
        .map(c -> c.reason().name().equals(obstacle.reason()))
        .orElse(false);
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
        stuck);
  }

  private void look(int index) {
    List<PodSeen> pods = seen.pods().getOrDefault(index, List.of());
    int lastPod = pods.stream().mapToInt(PodSeen::number).max().orElse(0);
    Task task = ledger.task(index, lastPod);
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
        seen.gone().contains(index),
        seen.pausedUntil(),
        seen.startTimeout(),
        seen.now());
  }

  private @Nullable NodeDeallocationOption evicting(Task task) {
    NodeInfo node = task.statusOrNew().nodeInfo();
    return node == null ? null : seen.evicting().get(node.nodeId());
  }

  private void again(@Nullable Duration wanted) {
    again = Again.sooner(again, wanted);
  }
}
