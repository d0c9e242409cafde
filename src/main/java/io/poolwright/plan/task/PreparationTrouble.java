package io.poolwright.plan.task;

import io.poolwright.api.job.Job;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.job.Preparation;
import io.poolwright.pods.JobPool;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.status.Reason;
import java.util.Optional;

/**
 * Why a task waits for a node to be prepared for its job. It could run, and has to stay among those
 * that wait: they are why nodes are prepared.
 */
final class PreparationTrouble {
  private PreparationTrouble() {}

  static Optional<EventToSay> of(TaskSeen seen) {
    Job job = seen.job();
    Optional<String> trouble = Preparation.trouble(job);
    if (trouble.isPresent()) {
      return Optional.of(
          new EventToSay(
              false,
              Reason.PreparationFailed,
              "Job " + seen.task().getSpec().jobId() + ": " + trouble.get()));
    }
    return seen.preparing() && job != null
        ? Optional.of(
            new EventToSay(
                false,
                Reason.WaitingForPreparation,
                "A node of pool "
                    + JobPool.name(job)
                    + " runs jobPreparationTask of its job first"))
        : Optional.empty();
  }
}
