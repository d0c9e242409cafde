package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.cluster.Key;

/**
 * How one reconciler tells another that something it decides from has changed. Lost wakes cost
 * time, never truth.
 */
public final class Wakes {
  private final SimpleInboundEventSource<Task> tasks = new SimpleInboundEventSource<>("task-wakes");
  private final SimpleInboundEventSource<Job> jobs = new SimpleInboundEventSource<>("job-wakes");
  private final SimpleInboundEventSource<Pool> pools = new SimpleInboundEventSource<>("pool-wakes");

  SimpleInboundEventSource<Task> tasks() {
    return tasks;
  }

  SimpleInboundEventSource<Job> jobs() {
    return jobs;
  }

  SimpleInboundEventSource<Pool> pools() {
    return pools;
  }

  void task(Task task) {
    tasks.propagateEvent(id(task));
  }

  void job(Key job) {
    if (!job.name().isEmpty()) {
      jobs.propagateEvent(new ResourceID(job.name(), job.namespace()));
    }
  }

  public void pool(Key pool) {
    pools.propagateEvent(new ResourceID(pool.name(), pool.namespace()));
  }

  private static ResourceID id(HasMetadata object) {
    return ResourceID.fromResource(object);
  }
}
