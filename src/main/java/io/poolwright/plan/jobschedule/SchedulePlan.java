package io.poolwright.plan.jobschedule;

import io.poolwright.api.jobschedule.JobScheduleStatus;
import io.poolwright.api.pool.Pool;
import io.poolwright.plan.EventToSay;
import io.poolwright.snapshot.ScheduleSeen.ScheduledJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about one schedule now.
 *
 * @param create the job to make; null where none is
 * @param terminate jobs to end
 * @param delete completed jobs that are too many
 * @param remove pools that were made for its jobs, whose time is over
 * @param say the status as it would be; null where it would not change
 * @param again look once more after this long; null for no need
 */
public record SchedulePlan(
    @Nullable NewJob create,
    List<ScheduledJob> terminate,
    List<ScheduledJob> delete,
    List<Pool> remove,
    @Nullable JobScheduleStatus say,
    List<EventToSay> events,
    @Nullable Duration again) {

  /** One job, for one start. */
  public record NewJob(String name, int number, Instant start) {}
}
