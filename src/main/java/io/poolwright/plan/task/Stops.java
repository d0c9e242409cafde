package io.poolwright.plan.task;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobSpec.DisableTasks;
import org.jspecify.annotations.Nullable;

/** Whether a job lets what runs of it run on. */
public final class Stops {
  private Stops() {}

  /**
   * @param job null where there is none
   */
  static boolean isEnding(@Nullable Job job) {
    return job == null || !job.stateOrActive().isLive() || job.getSpec().wantsTermination();
  }

  /**
   * By its spec, or by a task's exit conditions. Its state does not tell: it is behind when the job
   * is enabled, and what was waited for must not be stopped then.
   */
  static boolean isDisabled(@Nullable Job job) {
    return job != null
        && (job.getSpec().wantsDisabling() || job.statusOrNew().exits().disabledBy() != null);
  }

  /** Of a disabled job; a task that disabled it requeues the others (section 5.4). */
  static DisableTasks how(@Nullable Job job) {
    return job != null && job.getSpec().wantsDisabling()
        ? job.getSpec().disablesHow()
        : DisableTasks.REQUEUE;
  }

  /**
   * Whether all that runs of it is to be stopped.
   *
   * @param job null where there is none; one that cannot be read is no such case
   */
  public static boolean all(@Nullable Job job) {
    return isEnding(job) || (isDisabled(job) && how(job) != DisableTasks.WAIT);
  }
}
