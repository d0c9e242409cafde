package io.poolwright.plan;

import io.poolwright.snapshot.PodSeen;

/**
 * A node of a pool as its pod shows it.
 *
 * @param used slots that running tasks have of it
 */
record PoolNode(PodSeen pod, NodeState state, int used) {}
