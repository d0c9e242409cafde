package io.poolwright.plan.factory;

import io.poolwright.api.Condition;
import io.poolwright.api.job.FactoryStatus.FailedTask;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.plan.task.LedgerEntry;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entries of a factory's ledger as the status that a task's object would have. */
final class TaskView {
  private TaskView() {}

  /** One that has begun and is not over. */
  static TaskStatus begun(Job job, String name, LiveTask entry) {
    return entry.node() == null
        ? waiting(job, name, entry)
        : running(job, name, entry, entry.node());
  }

  private static TaskStatus running(Job job, String name, LiveTask entry, String node) {
    NodeInfo where = new NodeInfo(JobPool.name(job), node);
    return new TaskStatus(
        1L,
        TaskState.RUNNING,
        info(entry),
        where,
        new Attempt(
            entry.attempt(),
            Names.taskPod(name, entry.attempt()),
            entry.podUid(),
            entry.disruptions(),
            null),
        null,
        said(
            job,
            entry.reason() == null ? Reason.Running.name() : entry.reason(),
            entry.message() == null
                ? LedgerEntry.runningOn(where, entry.attempt())
                : entry.message()));
  }

  private static TaskStatus waiting(Job job, String name, LiveTask entry) {
    return new TaskStatus(
        1L,
        TaskState.ACTIVE,
        // The ledger has a word for whatever but a retry: what failed keeps its pod to be read.
        entry.reason() == null ? failed(entry) : info(entry),
        null,
        new Attempt(
            entry.attempt(),
            Names.taskPod(name, entry.attempt()),
            entry.podUid(),
            entry.disruptions(),
            entry.notBefore()),
        null,
        said(
            job,
            entry.reason() == null ? Reason.Retrying.name() : entry.reason(),
            entry.message() == null ? "" : entry.message()));
  }

  private static ExecutionInfo failed(LiveTask entry) {
    FailureInfo why = new FailureInfo("UserError", Reason.Retrying.name(), null, List.of());
    return new ExecutionInfo(null, null, null, null, why, entry.retries(), null);
  }

  private static ExecutionInfo info(LiveTask entry) {
    return new ExecutionInfo(null, null, null, null, null, entry.retries(), null);
  }

  /**
   * One that is over.
   *
   * @param lastPod the highest number among its pods: there is no other attempt
   * @param known what is known of its failure; null where nothing is
   */
  static TaskStatus over(Job job, boolean well, int lastPod, @Nullable FailedTask known) {
    FailureInfo why =
        well
            ? null
            : new FailureInfo(
                "UserError",
                known == null ? Reason.Failed.name() : known.code(),
                known == null ? null : known.message(),
                List.of());
    return new TaskStatus(
        1L,
        TaskState.COMPLETED,
        new ExecutionInfo(
            null,
            known == null ? null : known.endTime(),
            known == null ? null : known.exitCode(),
            well ? TaskResult.SUCCESS : TaskResult.FAILURE,
            why,
            null,
            null),
        known == null || known.node() == null
            ? null
            : new NodeInfo(JobPool.name(job), known.node()),
        new Attempt(
            Math.max(lastPod, known == null ? 0 : known.attempt()),
            "",
            known == null || known.podUid() == null ? "" : known.podUid(),
            null,
            null),
        null,
        List.of());
  }

  private static List<Condition> said(Job job, String reason, String message) {
    return List.of(
        new Condition(
            Conditions.READY,
            "False",
            reason,
            message,
            job.getMetadata().getCreationTimestamp(),
            1L));
  }
}
