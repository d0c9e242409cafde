package io.poolwright.plan;

import io.poolwright.snapshot.PodSeen;

/** One thing to be done with a node pod. Each is harmless when done twice. */
public sealed interface NodeStep {
  /**
   * The pod goes and comes back under its name.
   *
   * @param keepsDirectory its claim is the pool's before the pod is deleted
   */
  record Remove(PodSeen pod, boolean keepsDirectory) implements NodeStep {}

  /**
   * The pod comes back.
   *
   * @param onKeptDirectory it mounts the claim that the pool kept, rather than one of its own
   */
  record Make(int number, boolean onKeptDirectory) implements NodeStep {}

  /** The pod came back: a claim that the pool kept for it is its own from now on. */
  record HandOver(PodSeen pod) implements NodeStep {}

  /**
   * What the pod's label shows changes, and with it whether cluster autoscalers may remove the
   * node.
   *
   * @param spare whether nothing is lost with the node
   */
  record Show(PodSeen pod, String state, boolean spare) implements NodeStep {}
}
