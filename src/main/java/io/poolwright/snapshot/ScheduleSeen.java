package io.poolwright.snapshot;

import io.poolwright.api.jobschedule.JobSchedule;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the decision about one schedule looks at.
 *
 * @param jobs those that the schedule made and that exist, in the order of their numbers
 * @param obstacle why the next job could not be made; null where nothing is in the way
 */
public record ScheduleSeen(
    JobSchedule schedule, List<ScheduledJob> jobs, @Nullable String obstacle, Instant now) {
  public ScheduleSeen {
    jobs = List.copyOf(jobs);
  }

  /**
   * A job of the schedule.
   *
   * @param start the start that it was made for
   * @param over whether it is completed
   * @param ending whether it is to be terminated already
   */
  public record ScheduledJob(
      String name, String uid, int number, Instant start, boolean over, boolean ending) {}
}
