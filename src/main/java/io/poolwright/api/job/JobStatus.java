package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.poolwright.api.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a job.
 *
 * @param progress completed tasks of all, for people: {@code 3/5}
 * @param taskSlotCounts the same counts, in required slots
 * @param exitActions what exit conditions of tasks did to the job; null where they did nothing
 * @param createdTasks how many of the inline tasks were made into Task objects; one that a user
 *     deletes afterwards is not made again
 * @param preparations nodes that were prepared for the job, or are being; those that are gone among
 *     them, but not of very many nodes
 * @param taskFactory of a job with a task factory: what became of its tasks
 */
@JsonClassDescription(
    "How far it is. The condition Ready says what it waits for, Completed that it is over.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record JobStatus(
    @Nullable Long observedGeneration,
    @Nullable JobState state,
    @Nullable ExecutionInfo executionInfo,
    @Nullable TaskCounts taskCounts,
    @Nullable TaskCounts taskSlotCounts,
    @Nullable ExitActions exitActions,
    @Size(max = 32) @Nullable String progress,
    @Nullable Integer createdTasks,
    List<NodePreparation> preparations,
    @Nullable FactoryStatus taskFactory,
    List<Condition> conditions) {

  public static final JobStatus NEW =
      new JobStatus(null, null, null, null, null, null, null, null, List.of(), null, List.of());

  public JobStatus {
    preparations = preparations == null ? List.of() : List.copyOf(preparations);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** The same, with another ledger of the factory's tasks and the counts that follow from it. */
  public JobStatus with(FactoryStatus factory, TaskCounts tasks, TaskCounts slots, String done) {
    return new JobStatus(
        observedGeneration,
        state,
        executionInfo,
        tasks,
        slots,
        exitActions,
        done,
        createdTasks,
        preparations,
        factory,
        conditions);
  }

  public ExitActions exits() {
    return exitActions == null ? ExitActions.NONE : exitActions;
  }

  /**
   * What tasks did to the job. Statuses that were written once may have a count, {@code disables},
   * which says nothing any more.
   *
   * @param disabledUpTo the last task that has disabled it; neither that one nor any that ended
   *     before it disables it again
   * @param disabledBy the task that did; null once the job was enabled again
   * @param enabled the latest value of the annotation that enables it
   * @param terminatedBy the task that ended the job
   */
  @JsonIgnoreProperties("disables")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ExitActions(
      @Nullable EndedTask disabledUpTo,
      @Size(max = 253) @Nullable String disabledBy,
      @Size(max = 256) @Nullable String enabled,
      @Size(max = 253) @Nullable String terminatedBy) {
    public static final ExitActions NONE = new ExitActions(null, null, null, null);
  }

  /** A task, and when it ended: one that runs again and ends again is another. */
  public record EndedTask(@Size(max = 40) String endTime, @Size(max = 253) String task) {}

  /**
   * {@code terminateReason}: AllTasksComplete, TaskFailed, MaxWallClockTimeExpiry, UserTerminate,
   * or what whoever ended it said, a schedule TerminateJobSchedule.
   */
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

    public TaskCounts plus(TaskCounts other) {
      return new TaskCounts(
          active + other.active,
          running + other.running,
          completed + other.completed,
          succeeded + other.succeeded,
          failed + other.failed);
    }

    /** Each as many times as it requires slots. */
    public TaskCounts times(int slots) {
      return new TaskCounts(
          active * slots, running * slots, completed * slots, succeeded * slots, failed * slots);
    }
  }
}
