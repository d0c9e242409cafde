package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which ends of a command an upload rule applies to. */
public enum UploadCondition {
  @JsonProperty("TaskSuccess")
  TASK_SUCCESS,
  @JsonProperty("TaskFailure")
  TASK_FAILURE,
  @JsonProperty("TaskCompletion")
  TASK_COMPLETION
}
