package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.poolwright.api.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a job.
 *
 * @param progress completed tasks of all, for people: {@code 3/5}
 * @param createdTasks how many of the inline tasks were made into Task objects; one that a user
 *     deletes afterwards is not made again
 */
@JsonClassDescription(
    "How far it is. The condition Ready says what it waits for, Completed that it is over.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record JobStatus(
    @Nullable Long observedGeneration,
    @Nullable JobState state,
    @Nullable ExecutionInfo executionInfo,
    @Nullable TaskCounts taskCounts,
    @Size(max = 32) @Nullable String progress,
    @Nullable Integer createdTasks,
    List<Condition> conditions) {

  public static final JobStatus NEW = new JobStatus(null, null, null, null, null, null, List.of());

  public JobStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** {@code terminateReason}: AllTasksComplete, UserTerminate or MaxWallClockTimeExpiry. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ExecutionInfo(
      @Nullable String startTime,
      @Nullable String endTime,
      @Nullable String poolId,
      @Nullable String terminateReason) {}

  /** Computed from the tasks, never incremented. {@code completed = succeeded + failed}. */
  public record TaskCounts(int active, int running, int completed, int succeeded, int failed) {
    public static final TaskCounts NONE = new TaskCounts(0, 0, 0, 0, 0);

    public int total() {
      return active + running + completed;
    }
  }
}
