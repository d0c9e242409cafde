package io.poolwright.snapshot;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.SchedulingError;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.pool.Pool;
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
 * @param pool the job's; null where there is none
 * @param poolRefusal why the pool that is made for the job could not be; null where nothing is in
 *     the way
 * @param stuck tasks that cannot run before the user does something, each with its reason
 * @param held tasks that have a node and do not get on, each with its reason
 * @param firstFailed a failed task and why it failed, of a job whose tasks are all over; null where
 *     none failed
 * @param unmade the first inline task that could not be made the last time; null where all could
 * @param prepared how preparation and release of the job stand
 * @param files how the listing of the objects of its factory stands
 */
public record JobSeen(
    Job job,
    List<TaskSpec> inline,
    @Nullable String complaint,
    TaskCounts tasks,
    TaskCounts slots,
    ExitActionsSeen actions,
    @Nullable Pool pool,
    @Nullable SchedulingError poolRefusal,
    FirstOf stuck,
    FirstOf held,
    @Nullable String firstFailed,
    @Nullable UnmadeSeen unmade,
    PreparedSeen prepared,
    FilesSeen files,
    Instant now) {
  public JobSeen {
    inline = List.copyOf(inline);
  }

  public JobSeen with(PreparedSeen preparedNow, FilesSeen filesNow) {
    return new JobSeen(
        job,
        inline,
        complaint,
        tasks,
        slots,
        actions,
        pool,
        poolRefusal,
        stuck,
        held,
        firstFailed,
        unmade,
        preparedNow,
        filesNow,
        now);
  }

  public boolean poolExists() {
    return pool != null;
  }

  public JobSeen with(SchedulingError refusal) {
    return new JobSeen(
        job,
        inline,
        complaint,
        tasks,
        slots,
        actions,
        pool,
        refusal,
        stuck,
        held,
        firstFailed,
        unmade,
        prepared,
        files,
        now);
  }
}
