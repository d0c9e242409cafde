package io.poolwright.api.pool;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of the tasks on a node that is to go (section 3.4). */
public enum NodeDeallocationOption {
  /** They are stopped and run again elsewhere; no retry is charged. */
  @JsonProperty("Requeue")
  REQUEUE,
  /** They are stopped and completed, as failed. */
  @JsonProperty("Terminate")
  TERMINATE,
  /** The node takes no more and goes when they have ended. */
  @JsonProperty("TaskCompletion")
  TASK_COMPLETION,
  /** The same, and it stays until their retentionTime is over. */
  @JsonProperty("RetainedData")
  RETAINED_DATA;

  /** Whether tasks are stopped rather than waited for. */
  public boolean stopsTasks() {
    return this == REQUEUE || this == TERMINATE;
  }
}
