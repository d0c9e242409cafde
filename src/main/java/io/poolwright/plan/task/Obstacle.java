package io.poolwright.plan.task;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobManagerTask;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.plan.Complaint;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.job.OwnTasks;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.PackageUse;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.status.Reason;
import java.util.Optional;

/** What keeps an active task from running that no free slot can change. */
final class Obstacle {
  private Obstacle() {}

  /**
   * Why the task cannot run, however many slots are free. A warning where only the user can change
   * that.
   */
  static Optional<EventToSay> of(TaskSeen seen, LedgerEntry ledger) {
    Task task = seen.task();
    Job job = seen.job();
    if (job == null) {
      return wait(
          Reason.JobNotFound,
          "spec.jobId: Job "
              + task.getSpec().jobId()
              + " does not exist; the task starts when it does");
    }
    if (ledger.jobIsEnding()) {
      return stuck(
          Reason.JobCompleted,
          "Job "
              + task.getSpec().jobId()
              + " is completed or terminating: the task will never run");
    }
    if (ledger.jobIsDisabled()) {
      return wait(
          Reason.JobDisabled,
          "Job " + task.getSpec().jobId() + " is disabled; the task waits until it is enabled");
    }
    if (seen.lost() != null) {
      return stuck(Reason.InvalidTaskFactory, seen.lost());
    }
    Pool pool = seen.pool();
    if (pool == null) {
      return wait(
          Reason.PoolNotFound,
          "Pool " + JobPool.name(job) + " does not exist; the task starts when it does");
    }
    int slots = task.getSpec().slots();
    int most = pool.getSpec().slotsPerNode();
    JobManagerTask manager = OwnTasks.manager(job, task);
    if (slots > most) {
      String asMany =
          manager != null && manager.runsAlone()
              ? "; it was made for a pool whose nodes have as many: kubectl patch btask "
                  + task.getMetadata().getName()
                  + " --type=merge -p '{\"spec\":{\"requiredSlots\":"
                  + most
                  + "}}'"
              : "";
      return stuck(
          Reason.RequiredSlotsTooLarge,
          "spec.requiredSlots: "
              + slots
              + " slots are needed, but a node of pool "
              + JobPool.name(job)
              + " has "
              + most
              + asMany);
    }
    if (manager != null && !manager.mayRunOnSpot() && !pool.mayHaveDedicatedNodes()) {
      return stuck(
          Reason.NoDedicatedNode,
          "spec.jobManagerTask.allowLowPriorityNode of the job is false, and targetDedicatedNodes"
              + " of pool "
              + pool.getMetadata().getName()
              + " is 0; resize it");
    }
    return TaskInput.complaint(task, job, pool)
        .flatMap(c -> stuck(c.reason(), c.message()))
        .or(() -> DependencyTrouble.of(seen.parents()))
        .or(() -> missingPackage(seen, pool));
  }

  private static Optional<EventToSay> missingPackage(TaskSeen seen, Pool pool) {
    return TaskInput.missingPackage(seen.task(), pool, seen.packages())
        .map(m ->
            new EventToSay(
                m.obstacle() == PackageUse.Obstacle.FAILED, Complaint.of(m).reason(), m.message()));
  }

  private static Optional<EventToSay> wait(Reason reason, String message) {
    return Optional.of(new EventToSay(false, reason, message));
  }

  private static Optional<EventToSay> stuck(Reason reason, String message) {
    return Optional.of(new EventToSay(true, reason, message));
  }
}
