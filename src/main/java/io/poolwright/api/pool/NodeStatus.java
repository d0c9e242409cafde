package io.poolwright.api.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Size;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.TaskResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node as the pool shows it (section 3.10).
 *
 * @param id name of the node pod
 * @param schedulingState only where it is disabled
 * @param stateTransitionTime since when it is in this state
 * @param machine the Kubernetes node it is on
 * @param lastBootTime when it was ready the last time
 * @param runningTasksCount counted from the Task objects, as are the following three
 * @param totalTasksRun completed tasks that exist and whose last attempt ran here
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeStatus(
    @Size(max = 63) String id,
    @Size(max = 32) String state,
    @Nullable SchedulingState schedulingState,
    @Size(max = 32) @Nullable String stateTransitionTime,
    @Size(max = 253) @Nullable String machine,
    @Size(max = 32) @Nullable String lastBootTime,
    @Nullable Integer runningTasksCount,
    @Nullable Integer runningTaskSlotsCount,
    @Nullable Integer totalTasksRun,
    @Nullable Integer totalTasksSucceeded,
    @Nullable StartTaskInfo startTaskInfo,
    List<NodeError> errors) {

  public NodeStatus {
    errors = errors == null ? List.of() : List.copyOf(errors);
  }

  /** Whether a node takes tasks if its state lets it. */
  public enum SchedulingState {
    @JsonProperty("Enabled")
    ENABLED,
    @JsonProperty("Disabled")
    DISABLED
  }

  /** What is wrong with a node. */
  public record NodeError(@Size(max = 128) String code, @Size(max = 1024) String message) {}

  /** The last run of the start task on the node. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record StartTaskInfo(
      StartTaskState state,
      @Size(max = 32) @Nullable String startTime,
      @Size(max = 32) @Nullable String endTime,
      @Nullable Integer exitCode,
      @Nullable TaskResult result,
      @Nullable Integer retryCount,
      @Size(max = 32) @Nullable String lastRetryTime,
      @Nullable FailureInfo failureInfo) {}

  /** Whether the start task has ended. */
  public enum StartTaskState {
    @JsonProperty("Running")
    RUNNING,
    @JsonProperty("Completed")
    COMPLETED
  }
}
