package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Azure's job states (section 5.2), as far as something leads to them here. */
public enum JobState {
  @JsonProperty("Active")
  ACTIVE,
  @JsonProperty("Disabling")
  DISABLING,
  @JsonProperty("Disabled")
  DISABLED,
  @JsonProperty("Terminating")
  TERMINATING,
  @JsonProperty("Completed")
  COMPLETED;

  /** It takes tasks, whether or not it runs them now. */
  public boolean isLive() {
    return this == ACTIVE || this == DISABLING || this == DISABLED;
  }
}
