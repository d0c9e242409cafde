package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.board.Key;
import java.util.Map;

/**
 * How one reconciler tells another that something it decides from has changed. Lost wakes cost
 * time, never truth.
 */
public final class Wakes {
  private final WakeSource<Task> tasks = new WakeSource<>("task-wakes");
  private final WakeSource<Job> jobs = new WakeSource<>("job-wakes");
  private final WakeSource<Pool> pools = new WakeSource<>("pool-wakes");
  private final WakeSource<JobSchedule> schedules = new WakeSource<>("schedule-wakes");
  private final WakeSource<ApplicationPackage> packages = new WakeSource<>("package-wakes");

  private final Map<String, WakeSource<?>> byKind =
      Map.of(
          HasMetadata.getKind(Task.class), tasks,
          HasMetadata.getKind(Job.class), jobs,
          HasMetadata.getKind(Pool.class), pools,
          HasMetadata.getKind(JobSchedule.class), schedules,
          HasMetadata.getKind(ApplicationPackage.class), packages);

  WakeSource<Task> tasks() {
    return tasks;
  }

  WakeSource<Job> jobs() {
    return jobs;
  }

  WakeSource<Pool> pools() {
    return pools;
  }

  WakeSource<JobSchedule> schedules() {
    return schedules;
  }

  WakeSource<ApplicationPackage> packages() {
    return packages;
  }

  void task(Task task) {
    tasks.propagateEvent(ResourceID.fromResource(task));
  }

  void task(Key task) {
    tasks.propagateEvent(new ResourceID(task.name(), task.namespace()));
  }

  /** The schedule that made the job, if one did. */
  void scheduleOf(Job job) {
    job.getMetadata().getOwnerReferences().stream()
        .filter(o -> o.getKind().equals(HasMetadata.getKind(JobSchedule.class)))
        .forEach(o ->
            schedules.propagateEvent(
                new ResourceID(o.getName(), job.getMetadata().getNamespace())));
  }

  void job(Key job) {
    if (!job.name().isEmpty()) {
      jobs.propagateEvent(new ResourceID(job.name(), job.namespace()));
    }
  }

  public void pool(Key pool) {
    pools.propagateEvent(new ResourceID(pool.name(), pool.namespace()));
  }

  /** To be called when JOSDK is done with a deleted object: another may have its name. */
  public void deletionDone(String kind, ResourceID id) {
    WakeSource<?> source = byKind.get(kind);
    if (source != null) {
      source.deletionDone(id);
    }
  }
}
