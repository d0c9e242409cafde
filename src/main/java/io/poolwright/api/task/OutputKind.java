package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of output that Azure's Batch File Conventions have a place for. */
public enum OutputKind {
  @JsonProperty("JobOutput")
  JOB_OUTPUT("JobOutput", true),
  @JsonProperty("JobPreview")
  JOB_PREVIEW("JobPreview", true),
  @JsonProperty("TaskOutput")
  TASK_OUTPUT("TaskOutput", false),
  @JsonProperty("TaskPreview")
  TASK_PREVIEW("TaskPreview", false),
  @JsonProperty("TaskLog")
  TASK_LOG("TaskLog", false),
  @JsonProperty("TaskIntermediate")
  TASK_INTERMEDIATE("TaskIntermediate", false);

  private final String inConventions;
  private final boolean ofJob;

  OutputKind(String inConventions, boolean ofJob) {
    this.inConventions = inConventions;
    this.ofJob = ofJob;
  }

  public String inConventions() {
    return inConventions;
  }

  /** Whether its place is the job's, where all tasks store together. */
  public boolean ofJob() {
    return ofJob;
  }
}
