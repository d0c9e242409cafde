package io.poolwright.api.jobschedule;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Azure's states of a schedule (section 6). */
public enum JobScheduleState {
  @JsonProperty("Active")
  ACTIVE,
  /** It makes no job; one that runs goes on. */
  @JsonProperty("Disabled")
  DISABLED,
  /** Its running job is being ended. */
  @JsonProperty("Terminating")
  TERMINATING,
  /** It never makes a job again. */
  @JsonProperty("Completed")
  COMPLETED
}
