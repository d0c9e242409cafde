package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What follows from the way in which a task ended (section 7.4 of the reference). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ExitConditions(
    @Size(max = 100) @JsonPropertyDescription("For these exit codes; looked at first.")
        List<ExitCodeMapping> exitCodes,
    @Size(max = 100) @JsonPropertyDescription("For exit codes from start to end; looked at next.")
        List<ExitCodeRangeMapping> exitCodeRanges,
    @JsonPropertyDescription(
            "Where the command could not be started: a file, a package, the image, the command itself.")
        @Nullable ExitOptions preProcessingError,
    @JsonPropertyDescription(
            "Where an output file could not be stored, unless the exit code is listed.")
        @Nullable ExitOptions fileUploadError,
    @JsonProperty("default")
        @JsonPropertyDescription("For every failure that nothing else fits; not for exit code 0.")
        @Nullable ExitOptions otherwise) {

  public static final ExitConditions NONE =
      new ExitConditions(List.of(), List.of(), null, null, null);

  public ExitConditions {
    exitCodes = exitCodes == null ? List.of() : List.copyOf(exitCodes);
    exitCodeRanges = exitCodeRanges == null ? List.of() : List.copyOf(exitCodeRanges);
  }

  /** Those that are given, in no order. */
  public Stream<ExitOptions> allOptions() {
    return Stream.of(
            exitCodes.stream().map(ExitCodeMapping::exitOptions),
            exitCodeRanges.stream().map(ExitCodeRangeMapping::exitOptions),
            Stream.ofNullable(preProcessingError),
            Stream.ofNullable(fileUploadError),
            Stream.ofNullable(otherwise))
        .flatMap(s -> s);
  }

  /** One code. */
  public record ExitCodeMapping(@Required int code, @Required ExitOptions exitOptions) {}

  /** Both ends included. */
  @ValidationRule(
      value = "self.start <= self.end",
      message = "exitCodeRanges: start is after end; give the smaller code first")
  public record ExitCodeRangeMapping(
      @Required int start, @Required int end, @Required ExitOptions exitOptions) {}

  /** What is done. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "has(self.jobAction) || has(self.dependencyAction)",
      message = "give jobAction, dependencyAction or both")
  public record ExitOptions(
      @JsonPropertyDescription(
              "None, Disable or Terminate the job; it needs the job's onTaskFailure: PerformExitOptionsJobAction. None after success unless given, else Terminate.")
          @Nullable JobAction jobAction,
      @JsonPropertyDescription(
              "Satisfy: tasks that depend on this one run. Block: they wait, for a reactivation perhaps. Fail: they fail too, with code DependencyFailed. Satisfy after success unless given, else Block.")
          @Nullable DependencyAction dependencyAction) {}

  /** What happens to the job. */
  public enum JobAction {
    @JsonProperty("None")
    NONE,
    @JsonProperty("Disable")
    DISABLE,
    @JsonProperty("Terminate")
    TERMINATE
  }

  /** What happens to tasks that depend on this one. */
  public enum DependencyAction {
    @JsonProperty("Satisfy")
    SATISFY,
    @JsonProperty("Block")
    BLOCK,
    /** Not Azure's: there dependents of a failed task wait for ever, and their job with them. */
    @JsonProperty("Fail")
    FAIL
  }
}
