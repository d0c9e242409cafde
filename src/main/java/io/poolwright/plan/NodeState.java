package io.poolwright.plan;

import io.poolwright.snapshot.NodeRequest.Verb;
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
  OFFLINE("Offline"),
  REBOOTING("Rebooting"),
  REIMAGING("Reimaging"),
  LEAVING_POOL("LeavingPool"),
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

  static NodeState of(PodSeen pod, int usedSlots) {
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
      return usedSlots > 0 ? RUNNING : disabled(pod) ? OFFLINE : IDLE;
    }
    if (pod.machine() == null) {
      return CREATING;
    }
    boolean waits = pod.inits().stream().anyMatch(c -> c.name().equals("start-task"));
    boolean inStartTask =
        waits
            && pod.inits().stream().anyMatch(c -> isOfStartTask(c) && c.state() instanceof Running);
    return inStartTask ? WAITING_FOR_START_TASK : STARTING;
  }

  private static boolean disabled(PodSeen pod) {
    return pod.asked().map(r -> r.verb() == Verb.DISABLE_SCHEDULING).orElse(false);
  }

  private static boolean startTaskFailed(PodSeen pod) {
    return pod.inits().stream()
            .anyMatch(
                c -> isOfStartTask(c) && c.terminated().map(t -> t.exitCode() != 0).orElse(false))
        && pod.reason() == null
        && !pod.disrupted();
  }

  /** Its files are part of it. */
  private static boolean isOfStartTask(ContainerSeen container) {
    return container.name().equals("start-task") || container.name().equals("start-files");
  }
}
