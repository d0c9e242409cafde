package io.poolwright.plan;

import io.poolwright.snapshot.NodeRequest;
import io.poolwright.snapshot.PodSeen;

/**
 * A node of a pool as its pod shows it.
 *
 * @param used slots that running tasks have of it
 */
record PoolNode(PodSeen pod, NodeState state, int used) {
  boolean takesTasks() {
    return state.takesTasks() && !isSetAside();
  }

  /** It is there and well, and takes no tasks because somebody asked for that. */
  boolean isSetAside() {
    return (state.takesTasks() || state == NodeState.OFFLINE)
        && pod.asked().map(NodeRequest::takesNone).orElse(false);
  }
}
