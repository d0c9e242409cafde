package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Azure's job states (section 5.2), as far as something leads to them here. */
public enum JobState {
  @JsonProperty("Active")
  ACTIVE,
  @JsonProperty("Terminating")
  TERMINATING,
  @JsonProperty("Completed")
  COMPLETED
}
