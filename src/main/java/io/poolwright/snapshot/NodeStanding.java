package io.poolwright.snapshot;

/** Whether a node may run tasks of a job that has its nodes prepared. */
public enum NodeStanding {
  /** It is prepared, or need not be. */
  READY,
  /** It is being prepared. */
  PREPARING,
  /** It would have to be prepared first. */
  NEW,
  /** Its preparation failed, or more nodes have been prepared than the job's status can hold. */
  CLOSED
}
