package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Azure's task states (section 7.2). A state that only job preparation leads to is not here before
 * job preparation is.
 */
public enum TaskState {
  /** Queued: never assigned, or awaiting another attempt. */
  @JsonProperty("Active")
  ACTIVE,
  /** An attempt has a node: from staging in, through the command, to staging out. */
  @JsonProperty("Running")
  RUNNING,
  /** Over. Nothing runs for it any more, but for a failed one that is reactivated. */
  @JsonProperty("Completed")
  COMPLETED
}
