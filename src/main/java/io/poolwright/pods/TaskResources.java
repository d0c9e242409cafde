package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.task.TaskSpec;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a task's command may use: its slots' share of the node, or what the task says instead, and
 * the devices that it asks the machine for. A device cannot be the node's: the node pod would keep
 * it from its tasks.
 */
public final class TaskResources {
  private TaskResources() {}

  static ResourceRequirements of(TaskSpec task, PoolSpec pool) {
    Map<String, Quantity> limits = Shares.of(pool.node().size(), task.slots(), pool.slotsPerNode());
    Map<String, Quantity> devices = new TreeMap<>();
    task.resources().forEach((r, q) -> (isDevice(r) ? devices : limits).put(r, q));
    return new ResourceRequirementsBuilder(PodParts.limitedTo(limits))
        .addToRequests(devices)
        .addToLimits(devices)
        .build();
  }

  /** Whether it is the machine's own, not a part of what the node holds. */
  public static boolean isDevice(String resource) {
    return resource.contains("/");
  }
}
