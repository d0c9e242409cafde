package io.poolwright.snapshot;

/** The volume claim of a node whose pod is gone and is to come back under its name. */
public enum ClaimSeen {
  /** It belongs to the pool: the node's directory was kept for the pod that comes. */
  KEPT,
  /** There is none, so that the pod that comes may bring its own. */
  ABSENT,
  /** There is one that is nobody's to use; it goes with what it belonged to. */
  GOING
}
