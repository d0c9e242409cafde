package io.poolwright.plan.task;

import io.poolwright.api.job.Job;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.plan.Again;
import io.poolwright.plan.Annotations;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.pool.Assignment;
import io.poolwright.plan.task.TaskPlan.Step;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The life of one task: what is done with its pods, and what its ledger says next (section 6 of the
 * design; the order of the rules is that of the model that was searched). A new attempt is not
 * decided here but by {@link Assignment}, which sees the whole pool.
 */
public final class TaskLife {
  private final TaskSeen seen;
  private final Task task;
  private final TaskStatus status;
  private final List<Step> steps = new ArrayList<>();
  private final List<EventToSay> events = new ArrayList<>();

  private final LedgerEntry ledger;

  private TaskLife(TaskSeen seen) {
    this.seen = seen;
    this.task = seen.task();
    this.status = task.statusOrNew();
    this.ledger = new LedgerEntry(seen);
  }

  public static TaskPlan decide(TaskSeen seen) {
    return new TaskLife(seen).decide();
  }

  private TaskPlan decide() {
    @Nullable Duration again = releaseRecorded();
    return switch (status.stateOrActive()) {
      case COMPLETED -> ofCompleted(again);
      case RUNNING -> ofRunning();
      case ACTIVE -> ofActive(again);
    };
  }

  /**
   * Pods whose end is in the ledger, and strangers, are let out of our hands. Returns when to look
   * again for retention's sake.
   */
  private @Nullable Duration releaseRecorded() {
    Duration again = null;
    for (PodSeen pod : seen.pods()) {
      boolean current = status.stateOrActive() == TaskState.RUNNING && sameAsLedger(pod);
      boolean next =
          pod.number() == status.attempts() + 1 && status.stateOrActive() == TaskState.ACTIVE;
      // Let go, for an attempt that the ledger does not know: it is the ledger as seen here that is
      // behind.
      boolean ahead = pod.number() > status.attempts() && !pod.gated();
      if (current || next || ahead) {
        continue;
      }
      // A pod that is not over is never kept: its command could still start.
      Duration keep =
          sameAsLedger(pod) && pod.over() && !pod.deleting() ? keepForReading(pod) : Duration.ZERO;
      boolean delete = keep.compareTo(Duration.ZERO) <= 0;
      if (pod.held() || (delete && !pod.deleting())) {
        steps.add(new TaskPlan.Release(pod, delete));
      }
      again = delete ? again : keep;
    }
    return again;
  }

  /** Over for good, but for a failed one that is asked to run again (section 7.3). */
  private TaskPlan ofCompleted(@Nullable Duration again) {
    Optional<String> request =
        Annotations.request(task, Names.REACTIVATE).filter(r -> !r.equals(status.reactivated()));
    if (request.isEmpty()) {
      return new TaskPlan(steps, null, events, again, false);
    }
    if (status.execution().result() == TaskResult.SUCCESS || ledger.jobIsEnding()) {
      String why =
          status.execution().result() == TaskResult.SUCCESS
              ? "the task succeeded"
              : "its job is completed, terminating or gone";
      events.add(new EventToSay(true, Reason.NotReactivated, "It does not run again: " + why));
      return new TaskPlan(steps, ledger.notReactivated(request.get()), events, again, false);
    }
    events.add(new EventToSay(false, Reason.Reactivated, "It is active again"));
    return new TaskPlan(steps, ledger.reactivated(request.get()), events, null, false);
  }

  private boolean sameAsLedger(PodSeen pod) {
    return (status.attempt() != null && status.attempt().podUid().equals(pod.uid()))
        || status.subtasks().stream().anyMatch(s -> s.podUid().equals(pod.uid()));
  }

  /** The last attempt's, until the next attempt starts or it need not be read any more. */
  private Duration keepForReading(PodSeen pod) {
    ExecutionInfo info = status.execution();
    boolean failed = info.failureInfo() != null;
    // A factory's ledger does not say when an attempt ended after which another follows.
    String end = info.endTime() == null && failed ? pod.lastEnd().toString() : info.endTime();
    return end == null
        ? Duration.ZERO
        : KeptPod.left(pod, failed, end, task.getSpec().limits().retention(), seen.now());
  }

  private TaskPlan ofRunning() {
    Attempt attempt = status.attempt();
    if (attempt == null) {
      return record(Outcome.disrupted("The ledger names no pod"));
    }
    if (!status.subtasks().isEmpty()) {
      return new GangLife(seen, attempt, ledger, steps, events).decide();
    }
    Optional<PodSeen> pod = seen.pods().stream().filter(this::sameAsLedger).findFirst();
    if (pod.isEmpty()) {
      if (!seen.gone().contains(attempt.podUid())) {
        steps.add(new TaskPlan.AskForPod(attempt.podName(), attempt.podUid()));
        return plan(null, null);
      }
      return record(
          Outcome.disrupted("Pod " + attempt.podName() + " is gone and took its end with it"));
    }
    boolean ending = ledger.mustStop();
    if (pod.get().gated()) {
      if (pod.get().deleting()) {
        return record(Outcome.disrupted("The pod was deleted before it was let go"));
      }
      if (ending) {
        // Deleted first and recorded then: a pod that is being deleted is not bound, whoever takes
        // the gate off.
        steps.add(new TaskPlan.Stop(pod.get()));
        return plan(null, null);
      }
      steps.add(new TaskPlan.LetGo(pod.get()));
      return plan(null, null);
    }
    Verdict verdict =
        Verdict.of(ResourceTrouble.explained(pod.get(), task), seen.startTimeout(), seen.now());
    return switch (PullTrouble.explained(verdict, task, seen.pool())) {
      case Verdict.Ended ended -> record(ended.outcome());
      case Verdict.Held held -> {
        stopIf(ending, pod.get());
        yield plan(ledger.saying(Reason.Starting, held.message()), until(held.until()));
      }
      case Verdict.Quiet quiet -> {
        stopIf(ending, pod.get());
        yield plan(null, until(quiet.until()));
      }
      case Verdict.Unreachable silent -> {
        stopIf(ending, pod.get());
        yield plan(ledger.saying(Reason.NodeUnreachable, unreachable(pod.get())), null);
      }
      case Verdict.TooLate late -> {
        stopIf(true, pod.get());
        yield plan(ledger.saying(Reason.Starting, late.message()), null);
      }
      case Verdict.UnderWay underWay -> {
        stopIf(ending, pod.get());
        boolean started = !Conditions.says(status.conditions(), Reason.Running, ledger.runningOn());
        yield plan(
            started && !status.conditions().isEmpty() && pod.get().phase() == PodSeen.Phase.RUNNING
                ? ledger.saying(Reason.Running, ledger.runningOn())
                : null,
            null);
      }
    };
  }

  private @Nullable Duration until(@Nullable Instant time) {
    return time == null || time.isBefore(seen.now())
        ? null
        : Duration.between(seen.now(), time).plusSeconds(1);
  }

  private static String unreachable(PodSeen pod) {
    return "Machine "
        + pod.machine()
        + " does not answer. The task runs elsewhere once Kubernetes has removed pod "
        + pod.name()
        + (pod.deleting()
            ? ", which it does when the machine is back or its Node object is deleted"
            : "");
  }

  private void stopIf(boolean ending, PodSeen pod) {
    if (ending && !pod.deleting()) {
      steps.add(new TaskPlan.Stop(pod));
    }
  }

  private TaskPlan record(Outcome outcome) {
    return plan(ledger.after(outcome, events), null);
  }

  private TaskPlan ofActive(@Nullable Duration again) {
    Optional<TaskStatus> over = endsUnrun();
    if (over.isPresent()) {
      releaseNext();
      return new TaskPlan(steps, over.get(), events, null, false);
    }
    Optional<EventToSay> never = Obstacle.of(seen, ledger);
    if (never.isPresent()) {
      boolean stuck = never.get().warning();
      again = Again.sooner(again, releaseNextUnlessYoung());
      TaskStatus say =
          stuck
              ? ledger.stalled(never.get().reason(), never.get().message())
              : ledger.saying(never.get().reason(), never.get().message());
      if (say != null && stuck) {
        events.add(never.get());
      }
      return new TaskPlan(steps, say, events, again, false);
    }
    Duration pause = pause();
    if (pause.isPositive()) {
      return new TaskPlan(steps, null, events, pause.plusMillis(50), false);
    }
    Optional<EventToSay> unprepared = PreparationTrouble.of(seen);
    if (unprepared.isPresent()) {
      return new TaskPlan(
          steps,
          ledger.saying(unprepared.get().reason(), unprepared.get().message()),
          events,
          again,
          true);
    }
    if (task.getSpec().instances() > 1) {
      return new TaskPlan(
          steps,
          GangLife.waits(seen).map(m -> ledger.saying(Reason.WaitingForSlot, m)).orElse(null),
          events,
          again,
          true);
    }
    // The schema's default says WaitingForSlot already: only one that said something else before
    // needs a write.
    return new TaskPlan(steps, waits(), events, again, true);
  }

  /** Null where it says so already, or says why it waits again. */
  private @Nullable TaskStatus waits() {
    Reason last = reasonSaid();
    boolean tells =
        last == Reason.Retrying
            || last == Reason.Reactivated
            || last == Reason.Disrupted
            || last == Reason.Preempted
            || last == Reason.PodRejected;
    if (tells) {
      return null;
    }
    Job job = seen.job();
    int most = job == null ? Integer.MAX_VALUE : job.parallelTasks();
    // Said once: whether the limit or a slot is what keeps it may be another thing every second.
    if (most < Integer.MAX_VALUE && (seen.limited() || last == Reason.ParallelTasksLimited)) {
      return ledger.saying(
          Reason.ParallelTasksLimited,
          "maxParallelTasks of job "
              + task.getSpec().jobId()
              + " lets "
              + most
              + " of its tasks run at once: it starts when fewer run and a node of pool "
              + poolName()
              + " has room; raise maxParallelTasks to run more");
    }
    return last == null || last == Reason.WaitingForSlot
        ? null
        : ledger.saying(
            Reason.WaitingForSlot,
            "Waits for "
                + task.getSpec().slots()
                + " free slot(s) on a node of pool "
                + poolName());
  }

  /** Returns when to look again. */
  private @Nullable Duration releaseNextUnlessYoung() {
    boolean young =
        seen.pods().stream()
            .anyMatch(p -> p.number() == status.attempts() + 1 && YoungPod.is(p, seen.now()));
    if (young) {
      return YoungPod.AGE;
    }
    releaseNext();
    return null;
  }

  /** A pod that was made for the next attempt, which there is not. */
  private void releaseNext() {
    seen.pods().stream()
        .filter(p -> p.number() == status.attempts() + 1 && p.gated())
        .filter(p -> p.held() || !p.deleting())
        .forEach(p -> steps.add(new TaskPlan.Release(p, true)));
  }

  private Optional<TaskStatus> endsUnrun() {
    if (ledger.jobIsEnding()) {
      // Tasks that never ran stay active in a job that is over (section 5.3).
      return Optional.empty();
    }
    if (task.getSpec().wantsTermination()) {
      return Optional.of(
          ledger.neverRan(events, "TaskEnded", "The task was stopped before it ran", null));
    }
    return seen.parents().fails()
        ? Optional.of(
            ledger.neverRan(
                events,
                ExitRules.DEPENDENCY_FAILED,
                "spec.dependsOn: task "
                    + seen.parents().blocker()
                    + " failed, and its dependencyAction is Fail",
                FailureInfo.Phase.PRE_PROCESSING))
        : Optional.empty();
  }

  private @Nullable Reason reasonSaid() {
    return Conditions.find(status.conditions(), Conditions.READY)
        .flatMap(c ->
            java.util.Arrays.stream(Reason.values())
                .filter(r -> r.name().equals(c.reason()))
                .findFirst())
        .orElse(null);
  }

  private Duration pause() {
    Attempt attempt = status.attempt();
    Instant recorded =
        attempt == null || attempt.notBefore() == null
            ? Instant.MIN
            : Instant.parse(attempt.notBefore());
    Instant refused = seen.pausedUntil() == null ? Instant.MIN : seen.pausedUntil();
    Instant until = recorded.isAfter(refused) ? recorded : refused;
    return until.isAfter(seen.now()) ? Duration.between(seen.now(), until) : Duration.ZERO;
  }

  private String poolName() {
    Job job = seen.job();
    return job == null ? "?" : JobPool.name(job);
  }

  private TaskPlan plan(@Nullable TaskStatus say, @Nullable Duration again) {
    return new TaskPlan(steps, say, events, again, false);
  }
}
