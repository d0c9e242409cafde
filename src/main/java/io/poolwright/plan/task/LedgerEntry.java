package io.poolwright.plan.task;

import io.poolwright.api.job.JobSpec.DisableTasks;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskConstraints;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.plan.EventToSay;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger of one task says next: after an attempt (section 7.4 of the reference), while it
 * waits, and when an attempt is intended.
 */
public final class LedgerEntry {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** Retries that follow at once: what fails for a moment is soon over. */
  private static final int AT_ONCE = 2;

  private final TaskSeen seen;
  private final Task task;
  private final TaskStatus status;

  LedgerEntry(TaskSeen seen) {
    this.seen = seen;
    this.task = seen.task();
    this.status = task.statusOrNew();
  }

  boolean jobIsEnding() {
    return Stops.isEnding(seen.job());
  }

  boolean jobIsDisabled() {
    return Stops.isDisabled(seen.job());
  }

  /** The attempt is to be stopped, whatever it is doing. */
  boolean mustStop() {
    return Stops.all(seen.job())
        || task.getSpec().wantsTermination()
        || seen.evicting() != null
        || seen.preemptedFor() != null;
  }

  String runningOn() {
    return runningOn(status.nodeInfo(), status.attempts());
  }

  /** What a task says that runs and is well. */
  public static String runningOn(@Nullable NodeInfo node, int attempt) {
    return "attempt " + attempt + " on node " + (node == null ? "?" : node.nodeId());
  }

  /** The ledger after an attempt: section 7.4, and what is not charged. */
  TaskStatus after(Outcome outcome, List<EventToSay> events) {
    String unwanted =
        jobIsEnding()
            ? "its job ended or was deleted"
            : task.getSpec().wantsTermination() ? "its desiredState is Terminated" : null;
    if (unwanted != null && outcome.kind() == Outcome.Kind.DISRUPTED) {
      return stopped(events, outcome, unwanted);
    }
    if (jobIsDisabled()
        && Stops.how(seen.job()) == DisableTasks.TERMINATE
        && outcome.kind() == Outcome.Kind.DISRUPTED) {
      return stopped(events, outcome, "its job was disabled with disableTasks: Terminate");
    }
    if (seen.evicting() == NodeDeallocationOption.TERMINATE
        && outcome.kind() == Outcome.Kind.DISRUPTED) {
      return stopped(
          events,
          outcome,
          "its node was removed from the pool with nodeDeallocationOption: Terminate");
    }
    return switch (outcome.kind()) {
      case SUCCESS -> completed(events, outcome, TaskResult.SUCCESS, null);
      case FINAL -> completed(events, outcome, TaskResult.FAILURE, outcome.failure());
      case FAILED ->
          !retriesLeft()
              ? completed(events, outcome, TaskResult.FAILURE, outcome.failure())
              : unwanted == null
                  ? retry(events, outcome)
                  : completed(events, outcome, TaskResult.FAILURE, notAgain(outcome, unwanted));
      case DISRUPTED -> disrupted(events, outcome);
    };
  }

  /** Nothing is wrong with it, nor with where it ran: it waits for room, and for nothing else. */
  private TaskStatus preempted(List<EventToSay> events, String job) {
    Attempt was = status.attempt();
    String message =
        "It was stopped to make room for a task of job " + job + ", which has a higher priority";
    events.add(new EventToSay(false, Reason.Preempted, message));
    return again(
        was == null
            ? null
            : new Attempt(was.number(), was.podName(), was.podUid(), disruptions(was), null),
        Reason.Preempted,
        message);
  }

  /** It failed before it was stopped, and that is what it says. */
  private static @Nullable FailureInfo notAgain(Outcome outcome, String why) {
    FailureInfo failure = outcome.failure();
    return failure == null
        ? null
        : failure.with(
            outcome.message() + "; it is not tried again because " + why, failure.details());
  }

  private TaskStatus stopped(List<EventToSay> events, Outcome outcome, String why) {
    return completed(
        events,
        outcome,
        TaskResult.FAILURE,
        new FailureInfo(
            "UserError", "TaskEnded", "The task was stopped because " + why, List.of()));
  }

  /**
   * A task that never ran completes as failed: nothing can make it run any more.
   *
   * @param phase null where it was stopped
   */
  TaskStatus neverRan(
      List<EventToSay> events, String code, String why, FailureInfo.@Nullable Phase phase) {
    return completed(
        events,
        new Outcome(Outcome.Kind.FINAL, null, null, null, null, null),
        TaskResult.FAILURE,
        new FailureInfo("UserError", code, why, List.of(), phase));
  }

  /** Section 7.3: active again, its retries its own again, and nothing left of how it ended. */
  TaskStatus reactivated(String request) {
    Attempt was = status.attempt();
    String message = "It failed before, and was reactivated";
    return new TaskStatus(
        generation(),
        TaskState.ACTIVE,
        ExecutionInfo.NONE,
        status.nodeInfo(),
        was == null ? null : new Attempt(was.number(), was.podName(), was.podUid(), null, null),
        request,
        conditions().progressing(Reason.Reactivated, message));
  }

  /** The request is known, and nothing else changes. */
  TaskStatus notReactivated(String request) {
    return new TaskStatus(
        status.observedGeneration(),
        status.state(),
        status.executionInfo(),
        status.nodeInfo(),
        status.attempt(),
        status.subtasks(),
        request,
        status.conditions());
  }

  private boolean retriesLeft() {
    int allowed = allowedRetries();
    return allowed < 0 || status.execution().retries() < allowed;
  }

  private int allowedRetries() {
    TaskConstraints own = task.getSpec().limits();
    if (own.maxTaskRetryCount() != null) {
      return own.maxTaskRetryCount();
    }
    Integer ofJob = seen.job() == null ? null : seen.job().getSpec().limits().maxTaskRetryCount();
    return ofJob == null ? 0 : ofJob;
  }

  private TaskStatus completed(
      List<EventToSay> events, Outcome outcome, TaskResult result, @Nullable FailureInfo failure) {
    ExecutionInfo info =
        new ExecutionInfo(
            outcome.startedAt() == null ? status.execution().startTime() : outcome.startedAt(),
            outcome.endedAt() == null ? stamp() : outcome.endedAt(),
            outcome.exitCode(),
            result,
            failure,
            status.execution().retryCount(),
            status.execution().lastRetryTime());
    boolean well = result == TaskResult.SUCCESS;
    String code =
        well ? Reason.Succeeded.name() : failure == null ? Reason.Failed.name() : failure.code();
    String message =
        failure == null || failure.message() == null
            ? "exit code " + outcome.exitCode()
            : failure.message();
    if (outcome.warning() != null) {
      events.add(new EventToSay(true, Reason.LogsNotStored, outcome.warning()));
      message = message + "; " + outcome.warning();
    }
    if (!well) {
      events.add(new EventToSay(true, Reason.Failed, code + ": " + message));
    }
    return new TaskStatus(
        generation(),
        TaskState.COMPLETED,
        info,
        status.nodeInfo(),
        status.attempt(),
        status.subtasks(),
        status.reactivated(),
        conditions().completed(well, code, message));
  }

  private TaskStatus retry(List<EventToSay> events, Outcome outcome) {
    int retries = status.execution().retries() + 1;
    String message =
        outcome.message()
            + "; retry "
            + retries
            + " of "
            + (allowedRetries() < 0 ? "any number" : allowedRetries());
    events.add(new EventToSay(true, Reason.Retrying, message));
    ExecutionInfo info =
        new ExecutionInfo(
            outcome.startedAt(),
            outcome.endedAt() == null ? stamp() : outcome.endedAt(),
            outcome.exitCode(),
            null,
            outcome.failure(),
            retries,
            stamp());
    return new TaskStatus(
        generation(),
        TaskState.ACTIVE,
        info,
        status.nodeInfo(),
        paused(retries),
        status.subtasks(),
        status.reactivated(),
        conditions().progressing(Reason.Retrying, message));
  }

  /** What fails at once, however often, is not to make pods as fast as they start. */
  private @Nullable Attempt paused(int retries) {
    Attempt was = status.attempt();
    return was == null || retries <= AT_ONCE
        ? was
        : new Attempt(
            was.number(),
            was.podName(),
            was.podUid(),
            was.disruptions(),
            notBefore(retries - AT_ONCE));
  }

  /** After a pause that doubles with each time. */
  private String notBefore(int times) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(times - 1, 10));
    Instant until = seen.now().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
    return until.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1).toString();
  }

  private static int disruptions(@Nullable Attempt was) {
    return was == null || was.disruptions() == null ? 1 : was.disruptions() + 1;
  }

  private TaskStatus disrupted(List<EventToSay> events, Outcome outcome) {
    Attempt was = status.attempt();
    String preemptedFor = seen.preemptedFor();
    if (preemptedFor != null && !jobIsDisabled() && seen.evicting() == null) {
      return preempted(events, preemptedFor);
    }
    int disruptions = disruptions(was);
    Attempt attempt =
        was == null
            ? null
            : new Attempt(
                was.number(), was.podName(), was.podUid(), disruptions, notBefore(disruptions));
    String message =
        jobIsDisabled() ? "It was stopped because its job is disabled" : outcome.message();
    events.add(new EventToSay(!jobIsDisabled(), Reason.Disrupted, message));
    return again(attempt, Reason.Disrupted, message);
  }

  /** Active again, and nothing charged. */
  private TaskStatus again(@Nullable Attempt attempt, Reason reason, String message) {
    ExecutionInfo before = status.execution();
    return new TaskStatus(
        generation(),
        TaskState.ACTIVE,
        new ExecutionInfo(
            null, null, null, null, null, before.retryCount(), before.lastRetryTime()),
        status.nodeInfo(),
        attempt,
        status.subtasks(),
        status.reactivated(),
        conditions().progressing(reason, message));
  }

  @Nullable TaskStatus saying(Reason reason, String message) {
    return said(reason, message) ? null : withConditions(conditions().progressing(reason, message));
  }

  @Nullable TaskStatus stalled(Reason reason, String message) {
    return said(reason, message) ? null : withConditions(conditions().stalled(reason, message));
  }

  /**
   * Said already, and of this generation: whoever waits for a change to be noticed sees that it
   * was.
   */
  private boolean said(Reason reason, String message) {
    return Conditions.says(status.conditions(), reason, message)
        && Objects.equals(status.observedGeneration(), generation());
  }

  private TaskStatus withConditions(List<io.poolwright.api.Condition> conditions) {
    return new TaskStatus(
        generation(),
        status.stateOrActive(),
        status.executionInfo(),
        status.nodeInfo(),
        status.attempt(),
        status.subtasks(),
        status.reactivated(),
        conditions);
  }

  private Conditions conditions() {
    return new Conditions(status.conditions(), generation(), seen.now());
  }

  private @Nullable Long generation() {
    return task.getMetadata().getGeneration();
  }

  private String stamp() {
    return seen.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /**
   * The ledger entry that an attempt is to run: written before its pod is let go, and only if the
   * task is still as it was seen.
   *
   * @param podUid the pod that was made for it, and the only one that may ever be let go
   */
  public static TaskStatus intend(
      Task task, String pool, String node, String podName, String podUid, Instant now) {
    TaskStatus status = task.statusOrNew();
    int number = status.attempts() + 1;
    Integer disruptions = status.attempt() == null ? null : status.attempt().disruptions();
    ExecutionInfo before = status.execution();
    ExecutionInfo info =
        new ExecutionInfo(
            now.truncatedTo(ChronoUnit.MILLIS).toString(),
            null,
            null,
            null,
            null,
            before.retryCount(),
            before.lastRetryTime());
    NodeInfo where = new NodeInfo(pool, node);
    return new TaskStatus(
        task.getMetadata().getGeneration(),
        TaskState.RUNNING,
        info,
        where,
        new Attempt(number, podName, podUid, disruptions, null),
        status.reactivated(),
        new Conditions(status.conditions(), task.getMetadata().getGeneration(), now)
            .progressing(Reason.Running, runningOn(where, number)));
  }
}
