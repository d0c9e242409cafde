package io.poolwright.autoscale;

import java.util.Arrays;
import java.util.Optional;

/**
 * The sampled variables, which a formula only reads (§3.6.6): all of Azure's, and those that count
 * slots instead of tasks, which Azure's users ask for.
 */
public enum Metric {
  /** Waiting tasks whose dependencies are satisfied. */
  ACTIVE_TASKS("$ActiveTasks"),
  RUNNING_TASKS("$RunningTasks"),
  /** Active and running. */
  PENDING_TASKS("$PendingTasks"),
  SUCCEEDED_TASKS("$SucceededTasks"),
  FAILED_TASKS("$FailedTasks"),
  TASK_SLOTS_PER_NODE("$TaskSlotsPerNode"),
  CURRENT_DEDICATED_NODES("$CurrentDedicatedNodes", "$CurrentDedicated"),
  CURRENT_LOW_PRIORITY_NODES("$CurrentLowPriorityNodes", "$CurrentLowPriority"),
  USABLE_NODE_COUNT("$UsableNodeCount"),
  PREEMPTED_NODE_COUNT("$PreemptedNodeCount"),

  /** Beyond Azure: what active and running tasks require together. */
  PENDING_SLOTS("$PendingSlots"),
  /** Beyond Azure: what waiting tasks with satisfied dependencies require. */
  ACTIVE_SLOTS("$ActiveSlots"),
  /** Beyond Azure: what running tasks hold. */
  RUNNING_SLOTS("$RunningSlots"),
  /** Beyond Azure: what nodes that take tasks have free. */
  FREE_SLOTS("$FreeSlots"),

  // From here on: known from Azure, and not sampled.
  CPU_PERCENT("$CPUPercent"),
  SAMPLE_NODE_COUNT("$SampleNodeCount"),
  WALL_CLOCK_SECONDS("$WallClockSeconds"),
  MEMORY_BYTES("$MemoryBytes"),
  DISK_BYTES("$DiskBytes"),
  DISK_READ_BYTES("$DiskReadBytes"),
  DISK_WRITE_BYTES("$DiskWriteBytes"),
  DISK_READ_OPS("$DiskReadOps"),
  DISK_WRITE_OPS("$DiskWriteOps"),
  NETWORK_IN_BYTES("$NetworkInBytes"),
  NETWORK_OUT_BYTES("$NetworkOutBytes");

  private final String variable;
  private final String alias;

  Metric(String variable) {
    this(variable, variable);
  }

  /**
   * @param alias a name from before there were Spot nodes, which old formulas still use
   */
  Metric(String variable, String alias) {
    this.variable = variable;
    this.alias = alias;
  }

  /** As a formula writes it. */
  public String variable() {
    return variable;
  }

  /** Whether Poolwright takes samples of it. Of the load of a machine it takes none. */
  public boolean isSampled() {
    return compareTo(CPU_PERCENT) < 0;
  }

  public static Optional<Metric> named(String variable) {
    return Arrays.stream(values())
        .filter(m -> m.variable.equals(variable) || m.alias.equals(variable))
        .findFirst();
  }
}
