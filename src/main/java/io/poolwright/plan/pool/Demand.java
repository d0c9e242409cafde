package io.poolwright.plan.pool;

import io.poolwright.autoscale.Metric;
import io.poolwright.snapshot.PoolLoad;
import io.poolwright.snapshot.WaitingTask;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What the tasks of a pool want of its nodes now, and what these have. */
record Demand(PoolLoad load, List<WaitingTask> waiting, List<PoolNode> nodes, int slotsPerNode) {

  /** Whether tasks wait that no slot can take: there are too few, or one requires too many. */
  boolean isBacklog() {
    long most = free().max().orElse(0);
    return shortOfSlots() > 0 || waiting.stream().anyMatch(t -> t.slots() > most);
  }

  /**
   * Whether more is wanted than a formula could see in the last sample: by running and waiting
   * tasks together, so that a second wave counts when the first has its nodes; or by the waiting
   * ones beyond the slots that are free, so that a node that is lost counts. A backlog that a
   * formula has seen and keeps is neither.
   */
  boolean hasGrownSince(SampleLog log) {
    return pendingSlots() > log.last(Metric.PENDING_SLOTS)
        || shortOfSlots() > log.last(Metric.ACTIVE_SLOTS) - log.last(Metric.FREE_SLOTS);
  }

  private long pendingSlots() {
    return (long) load.activeSlots() + load.runningSlots();
  }

  private long shortOfSlots() {
    return load.activeSlots() - freeSlots();
  }

  private long freeSlots() {
    return free().sum();
  }

  private LongStream free() {
    return nodes.stream()
        .filter(PoolNode::takesTasks)
        .mapToLong(n -> Math.max(0, slotsPerNode - n.used()));
  }

  /** One of each variable that {@link Metric#isSampled}. */
  Map<Metric, Long> readings() {
    Map<Metric, Long> now = new EnumMap<>(Metric.class);
    now.put(Metric.ACTIVE_TASKS, (long) load.activeTasks());
    now.put(Metric.RUNNING_TASKS, (long) load.runningTasks());
    now.put(Metric.PENDING_TASKS, (long) load.activeTasks() + load.runningTasks());
    now.put(Metric.SUCCEEDED_TASKS, (long) load.succeededTasks());
    now.put(Metric.FAILED_TASKS, (long) load.failedTasks());
    now.put(Metric.ACTIVE_SLOTS, (long) load.activeSlots());
    now.put(Metric.RUNNING_SLOTS, (long) load.runningSlots());
    now.put(Metric.PENDING_SLOTS, pendingSlots());
    now.put(Metric.FREE_SLOTS, freeSlots());
    now.put(Metric.TASK_SLOTS_PER_NODE, (long) slotsPerNode);
    now.put(Metric.CURRENT_DEDICATED_NODES, nodes.stream().filter(n -> !n.pod().spot()).count());
    now.put(Metric.CURRENT_LOW_PRIORITY_NODES, nodes.stream().filter(n -> n.pod().spot()).count());
    now.put(Metric.USABLE_NODE_COUNT, nodes.stream().filter(PoolNode::takesTasks).count());
    now.put(
        Metric.PREEMPTED_NODE_COUNT,
        nodes.stream().filter(n -> n.state() == NodeState.PREEMPTED).count());
    return now;
  }
}
