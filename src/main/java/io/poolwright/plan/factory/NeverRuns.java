package io.poolwright.plan.factory;

import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.plan.Complaint;
import io.poolwright.status.Conditions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** A task of a factory that nobody can put right, for a factory cannot be changed: it failed. */
public final class NeverRuns {
  private NeverRuns() {}

  public static TaskStatus status(Task task, Complaint why, Instant now) {
    TaskStatus status = task.statusOrNew();
    ExecutionInfo info =
        new ExecutionInfo(
            null,
            now.truncatedTo(ChronoUnit.MILLIS).toString(),
            null,
            TaskResult.FAILURE,
            new FailureInfo(
                "UserError",
                why.reason().name(),
                why.message(),
                List.of(),
                FailureInfo.Phase.PRE_PROCESSING),
            status.execution().retryCount(),
            null);
    return new TaskStatus(
        task.getMetadata().getGeneration(),
        TaskState.COMPLETED,
        info,
        null,
        status.attempt(),
        null,
        new Conditions(status.conditions(), task.getMetadata().getGeneration(), now)
            .completed(false, why.reason().name(), why.message()));
  }
}
