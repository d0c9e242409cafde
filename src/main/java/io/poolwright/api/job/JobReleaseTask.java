package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.Span;
import io.poolwright.api.UserIdentity;
import io.poolwright.api.task.TaskConstraints;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each prepared node runs once when the job ends (section 8 of the reference). It is not tried
 * again, and the job completes whatever becomes of it.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.commandLine) != has(self.command)",
    message =
        "jobReleaseTask: give exactly one of commandLine (a string, split like a shell splits words) and command (a list)")
public record JobReleaseTask(
    @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
            "Its id within the job, and the name of its directory; jobrelease unless given.")
        @Nullable String id,
    @Size(min = 1, max = 32768)
        @JsonPropertyDescription(
            "The command as a string: split into words like a shell does, never expanded.")
        @Nullable String commandLine,
    @Size(min = 1, max = 1024)
        @JsonPropertyDescription("The command as a list: each item is one argument, exactly.")
        List<@Size(max = 32768) String> command,
    @JsonPropertyDescription("The image to run in; the pool's node.image unless given.")
        @Nullable ContainerSettings containerSettings,
    @Size(max = 512)
        @JsonPropertyDescription("Environment; wins over the job's commonEnvironmentSettings.")
        List<EnvironmentSetting> environmentSettings,
    @Size(max = 256)
        @JsonPropertyDescription(
            "Files brought into its working directory before the command starts.")
        List<ResourceFile> resourceFiles,
    @JsonPropertyDescription(
            "As which user it runs; as node.template.securityContext of the pool says unless given.")
        @Nullable UserIdentity userIdentity,
    @Size(max = 24)
        @Pattern(Span.PATTERN)
        @ValidationRule(
            value =
                "self.matches('^(PT)?0*([0-9]|1[0-4])[mM](0*[0-5]?[0-9]([.][0-9]+)?[sS])?$')"
                    + " || self.matches('^(PT)?0*15[mM](0+[sS])?$')"
                    + " || self.matches('^(PT)?0*([0-9]{1,2}|[1-8][0-9]{2})([.][0-9]+)?[sS]$')"
                    + " || self.matches('^(PT)?0*900[sS]$')",
            message = "jobReleaseTask.maxWallClockTime: at most 15m")
        @JsonPropertyDescription("How long it may take, at most 15m; 15m unless given.")
        @Nullable Span maxWallClockTime,
    @Pattern(Span.PATTERN)
        @JsonPropertyDescription(
            "How long its directory on the node, and its pod if it failed, are kept. 7 days unless given.")
        @Nullable Span retentionTime)
    implements SpecialTask {

  /** The longest that it may take, and the default. */
  public static final Duration LONGEST = Duration.ofMinutes(15);

  public JobReleaseTask {
    command = command == null ? List.of() : List.copyOf(command);
    environmentSettings =
        environmentSettings == null ? List.of() : List.copyOf(environmentSettings);
    resourceFiles = resourceFiles == null ? List.of() : List.copyOf(resourceFiles);
  }

  @Override
  public String idOrDefault() {
    return id == null ? "jobrelease" : id;
  }

  @Override
  public TaskConstraints limits() {
    return new TaskConstraints(
        0, maxWallClockTime == null ? Span.of(LONGEST) : maxWallClockTime, retentionTime);
  }
}
