package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a completed task ended. */
public enum TaskResult {
  @JsonProperty("Success")
  SUCCESS,
  @JsonProperty("Failure")
  FAILURE
}
