package io.poolwright.plan.pool;

import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.ContainerSeen;
import io.poolwright.snapshot.PodSeen.Phase;
import io.poolwright.snapshot.PodSeen.Running;

/**
 * Azure's node states (section 3.10), computed from the node pod and what runs on it; never
 * remembered.
 */
public enum NodeState {
  CREATING("Creating"),
  STARTING("Starting"),
  WAITING_FOR_START_TASK("WaitingForStartTask"),
  START_TASK_FAILED("StartTaskFailed"),
  IDLE("Idle"),
  RUNNING("Running"),
  /** Idle, and the user wants it to take no tasks. */
  OFFLINE("Offline"),
  REBOOTING("Rebooting"),
  REIMAGING("Reimaging"),
  LEAVING_POOL("LeavingPool"),
  PREEMPTED("Preempted"),
  UNUSABLE("Unusable"),
  UNKNOWN("Unknown");

  private final String azure;

  NodeState(String azure) {
    this.azure = azure;
  }

  /** The name as it is shown. */
  public String azureName() {
    return azure;
  }

  public boolean takesTasks() {
    return this == IDLE || this == RUNNING;
  }

  /** Whether it is on its way to be a node, or another takes its place soon. */
  boolean begins() {
    return this == CREATING
        || this == STARTING
        || this == WAITING_FOR_START_TASK
        || this == UNUSABLE;
  }

  /** Whether it is no node of the pool any more, whoever takes it away. */
  boolean goes() {
    return this == LEAVING_POOL || this == PREEMPTED;
  }

  static NodeState of(PodSeen pod, int usedSlots) {
    if (pod.preempted()) {
      return PREEMPTED;
    }
    if (pod.deleting() || pod.leaving() != null) {
      return LEAVING_POOL;
    }
    if (pod.ended()) {
      return startTaskFailed(pod) ? START_TASK_FAILED : UNUSABLE;
    }
    if (pod.phase() == Phase.UNKNOWN || pod.unreachable()) {
      return UNKNOWN;
    }
    if (pod.container("node").map(ContainerSeen::ready).orElse(false)) {
      return usedSlots > 0 ? RUNNING : IDLE;
    }
    if (pod.machine() == null) {
      return CREATING;
    }
    boolean inStartTask =
        pod.inits().stream()
            .anyMatch(c -> c.name().equals("start-task") && c.state() instanceof Running);
    return inStartTask ? WAITING_FOR_START_TASK : STARTING;
  }

  private static boolean startTaskFailed(PodSeen pod) {
    return pod.inits().stream()
            .anyMatch(c ->
                c.name().equals("start-task")
                    && c.terminated().map(t -> t.exitCode() != 0).orElse(false))
        && pod.reason() == null
        && !pod.disrupted();
  }
}
