package io.poolwright.plan.job;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import io.poolwright.plan.EventToSay;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about one job now.
 *
 * @param create places, in {@code spec.tasks}, of the inline tasks to make
 * @param say the status as it would be; null where it would not change
 * @param progressOnly the status differs in counts alone: it may wait a second for more of them
 * @param pool what is to be done about the pool that is made for the job; null where nothing is
 */
public record JobPlan(
    List<Integer> create,
    @Nullable JobStatus say,
    boolean progressOnly,
    List<EventToSay> events,
    AutoPool.@Nullable Step pool,
    @Nullable Duration again) {

  /** Whether the job, as it is, would begin to end with it, or be over. */
  public boolean ends(Job job) {
    return say != null
        && say.state() != null
        && !say.state().isLive()
        && (job.stateOrActive().isLive() || say.state() == JobState.COMPLETED);
  }

  /** Whether the job, as it is, would say that nothing of it runs, and that nothing will. */
  public boolean settles(Job job) {
    return say != null
        && (say.state() == JobState.COMPLETED || say.state() == JobState.DISABLED)
        && say.state() != job.stateOrActive();
  }
}
