package io.poolwright.plan.job;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.EndedTask;
import io.poolwright.api.job.JobStatus.ExitActions;
import io.poolwright.plan.Annotations;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.ExitActionsSeen;
import io.poolwright.snapshot.ExitActionsSeen.Ended;
import io.poolwright.snapshot.JobSeen;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a job is to be disabled: because its spec says so, or because a task failed whose exit
 * conditions disable it (section 5.4 of the reference). The latter holds until the annotation
 * {@link Names#ENABLE} gets another value or the spec disables the job itself, and each such task
 * disables the job once.
 *
 * @param why in a sentence; empty where it is not
 */
record ExitEffects(boolean isOn, boolean byUser, String why, ExitActions exits) {

  static ExitEffects decide(JobSeen seen) {
    Job job = seen.job();
    ExitActions exits = exits(job, seen.actions());
    if (job.getSpec().wantsDisabling()) {
      // Whoever sets it and takes it back has enabled the job, whatever disabled it before.
      return new ExitEffects(
          true,
          true,
          "desiredState is Disabled",
          new ExitActions(exits.disabledUpTo(), null, exits.enabled(), exits.terminatedBy()));
    }
    return exits.disabledBy() == null
        ? new ExitEffects(false, false, "", exits)
        : new ExitEffects(
            true,
            false,
            "Task "
                + exits.disabledBy()
                + " ended, and its exit conditions disable the job; annotate it with "
                + Names.ENABLE
                + "=<a new value> to enable it",
            exits);
  }

  private static ExitActions exits(Job job, ExitActionsSeen actions) {
    ExitActions before = job.statusOrNew().exits();
    String request = Annotations.request(job, Names.ENABLE).orElse(before.enabled());
    boolean enables = request != null && !request.equals(before.enabled());
    Ended last = actions.disable();
    Ended another = last != null && isAfter(last, before.disabledUpTo()) ? last : null;
    String by = another != null ? another.task() : enables ? null : before.disabledBy();
    // The first stays the reason: those that are stopped for it may have the same conditions.
    String end = before.terminatedBy() == null ? actions.terminate() : before.terminatedBy();
    return new ExitActions(
        another == null
            ? before.disabledUpTo()
            : new EndedTask(another.at().toString(), another.task()),
        by,
        request,
        end);
  }

  /** A number of such tasks would not tell one that came from another that went meanwhile. */
  private static boolean isAfter(Ended last, @Nullable EndedTask known) {
    return known == null
        || last.compareTo(new Ended(Instant.parse(known.endTime()), known.task())) > 0;
  }
}
