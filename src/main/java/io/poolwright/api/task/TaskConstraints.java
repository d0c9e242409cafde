package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.poolwright.api.Span;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Limits of a task. What is absent here is taken from the job. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TaskConstraints(
    @Min(-1)
        @Max(1000000)
        @JsonPropertyDescription(
            "How often the command is run again after it failed; -1 without limit. The job's value unless given, else 0.")
        @Nullable Integer maxTaskRetryCount,
    @Pattern(Span.PATTERN)
        @JsonPropertyDescription(
            "How long one run may take, for example 15m or PT15M. Unlimited unless given.")
        @Nullable Span maxWallClockTime,
    @Pattern(Span.PATTERN)
        @JsonPropertyDescription(
            "How long the task's directory on its node, and the last pod of a failed task, are kept. 7 days unless given.")
        @Nullable Span retentionTime) {

  public static final TaskConstraints NONE = new TaskConstraints(null, null, null);

  /** 7 days unless given (section 7.1). */
  public Duration retention() {
    return retentionTime == null ? Duration.ofDays(7) : retentionTime.duration();
  }
}
