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
 * @param createdTasks up to where the inline tasks were made into Task objects; one that a user
 *     deletes afterwards is not made again
 * @param uncreatedTasks which of those could not be made, and are tried again, by their places from
 *     0 on: {@code 3,7-9}; null where all were
 * @param preparations nodes that were prepared for the job, or are being; those that are gone among
 *     them, but not of very many nodes
 * @param taskFactory of a job with a task factory: what became of its tasks
 * @param files of a job whose factory makes a task for each object: the list of them
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
    @Size(max = 65536) @Nullable String uncreatedTasks,
    List<NodePreparation> preparations,
    @Nullable FactoryStatus taskFactory,
    @Nullable ListedFiles files,
    List<Condition> conditions) {

  public static final JobStatus NEW =
      new JobStatus(
          null, null, null, null, null, null, null, null, null, List.of(), null, null, List.of());

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
        uncreatedTasks,
        preparations,
        factory,
        files,
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
      @Nullable String terminateReason,
      @Nullable SchedulingError schedulingError) {}

  /** Why the job never got its pool; it is completed then (section 5.2 of the reference). */
  public record SchedulingError(
      @Size(max = 32) String category,
      @Size(max = 128) String code,
      @Size(max = 4096) String message) {}

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
