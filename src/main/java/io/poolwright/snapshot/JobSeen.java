package io.poolwright.snapshot;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.TaskSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the decision about one job looks at.
 *
 * @param inline those of its tasks that become Task objects, in the order in which they are made
 * @param complaint what is wrong with its task factory; null where nothing is
 * @param tasks counts over all tasks of the job
 * @param slots the same counts, in required slots
 * @param actions what ended tasks ask to be done to the job
 * @param poolExists whether the job's pool does
 * @param stuck tasks that cannot run before the user does something, each with its reason
 * @param held tasks that have a node and do not get on, each with its reason
 * @param firstFailed a failed task and why it failed, of a job whose tasks are all over; null where
 *     none failed
 * @param conflict what is in the way of an inline task's name; null where nothing is
 * @param prepared how preparation and release of the job stand
 */
public record JobSeen(
    Job job,
    List<TaskSpec> inline,
    @Nullable String complaint,
    TaskCounts tasks,
    TaskCounts slots,
    ExitActionsSeen actions,
    boolean poolExists,
    List<String> stuck,
    List<String> held,
    @Nullable String firstFailed,
    @Nullable String conflict,
    PreparedSeen prepared,
    Instant now) {
  public JobSeen {
    inline = List.copyOf(inline);
    stuck = List.copyOf(stuck);
    held = List.copyOf(held);
  }

  public JobSeen with(PreparedSeen preparedNow) {
    return new JobSeen(
        job,
        inline,
        complaint,
        tasks,
        slots,
        actions,
        poolExists,
        stuck,
        held,
        firstFailed,
        conflict,
        preparedNow,
        now);
  }
}
