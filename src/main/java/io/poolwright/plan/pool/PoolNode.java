package io.poolwright.plan.pool;

import io.poolwright.snapshot.PodSeen;
import org.jspecify.annotations.Nullable;

/**
 * A node of a pool as its pod shows it.
 *
 * @param used slots that running tasks have of it
 * @param request what a user asks of it; null for nothing
 */
record PoolNode(PodSeen pod, NodeState state, int used, @Nullable NodeRequest request) {

  static PoolNode of(PodSeen pod, int used) {
    NodeRequest request = NodeRequest.read(pod.request()).orElse(null);
    return new PoolNode(pod, state(pod, used, request), used, request);
  }

  private static NodeState state(PodSeen pod, int used, @Nullable NodeRequest request) {
    NodeState state = NodeState.of(pod, used);
    if (request == null || pod.leaving() != null) {
      return state;
    }
    boolean begins = pod.deleting() || state == NodeState.IDLE;
    return switch (request.verb()) {
      case REBOOT -> begins && !pod.preempted() ? NodeState.REBOOTING : state;
      case REIMAGE -> begins && !pod.preempted() ? NodeState.REIMAGING : state;
      case DISABLE_SCHEDULING -> state == NodeState.IDLE ? NodeState.OFFLINE : state;
      case ENABLE_SCHEDULING -> state;
    };
  }

  boolean takesTasks() {
    return state.takesTasks() && (request == null || !request.takesNoTasks());
  }

  /** It could, and the user does not want it to. */
  boolean disabled() {
    return request != null
        && request.verb() == NodeRequest.Verb.DISABLE_SCHEDULING
        && (state == NodeState.OFFLINE || state.takesTasks());
  }

  boolean restarts() {
    return request != null && request.restarts();
  }
}
