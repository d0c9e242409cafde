package io.poolwright.snapshot;

import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.jobschedule.JobScheduleState;
import io.poolwright.api.jobschedule.JobScheduleStatus.ExecutionInfo;
import io.poolwright.api.jobschedule.JobScheduleStatus.RecentJob;
import io.poolwright.api.pool.Pool;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the decision about one schedule looks at.
 *
 * @param jobs those that the schedule made and that exist, in the order of their numbers
 * @param pools those that were made for its jobs and go with it
 * @param obstacle why the next job could not be made; null where nothing is in the way
 */
public record ScheduleSeen(
    JobSchedule schedule,
    List<ScheduledJob> jobs,
    List<Pool> pools,
    @Nullable String obstacle,
    Instant now) {
  public ScheduleSeen {
    jobs = List.copyOf(jobs);
    pools = List.copyOf(pools);
  }

  /**
   * The name of the latest job that was made, where it is not among those that are known: it is
   * gone, or not heard of yet.
   */
  public Optional<String> unknown() {
    ExecutionInfo info = schedule.statusOrNew().executionInfo();
    return schedule.stateOrActive() == JobScheduleState.COMPLETED || info == null
        ? Optional.empty()
        : Optional.ofNullable(info.recentJob())
            .map(RecentJob::id)
            .filter(latest -> jobs.stream().noneMatch(j -> j.name().equals(latest)));
  }

  public ScheduleSeen with(ScheduledJob job) {
    return new ScheduleSeen(
        schedule,
        Stream.concat(jobs.stream(), Stream.of(job))
            .sorted(Comparator.comparingInt(ScheduledJob::number))
            .toList(),
        pools,
        obstacle,
        now);
  }

  public ScheduleSeen withObstacle(String why) {
    return new ScheduleSeen(schedule, jobs, pools, why, now);
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
