package io.poolwright.api.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.UserIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each node runs when it joins (section 3.7 of the reference). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.commandLine) != has(self.command)",
    message =
        "give exactly one of commandLine (a string, split like a shell splits words) and command (a list)")
public record StartTask(
    @Size(min = 1, max = 32768) @JsonPropertyDescription("The command as a string.")
        @Nullable String commandLine,
    @Size(min = 1, max = 1024) @JsonPropertyDescription("The command as a list.")
        List<@Size(max = 32768) String> command,
    @JsonPropertyDescription("The image to run in; node.image unless given.")
        @Nullable ContainerSettings containerSettings,
    @Size(max = 512) @JsonPropertyDescription("Environment of the start task.")
        List<EnvironmentSetting> environmentSettings,
    @Size(max = 256)
        @JsonPropertyDescription(
            "Files that are brought into the start task's working directory before it starts.")
        List<ResourceFile> resourceFiles,
    @JsonPropertyDescription(
            "As which user it runs; as node.template.securityContext says unless given.")
        @Nullable UserIdentity userIdentity,
    @Min(-1)
        @Max(1000)
        @Default("0")
        @JsonPropertyDescription("Retries on a non-zero exit; -1 without limit.")
        @Nullable Integer maxTaskRetryCount,
    @Default("true")
        @JsonPropertyDescription(
            "Whether the node takes tasks only after the start task succeeded.")
        @Nullable Boolean waitForSuccess) {

  public StartTask {
    command = command == null ? List.of() : List.copyOf(command);
    environmentSettings =
        environmentSettings == null ? List.of() : List.copyOf(environmentSettings);
    resourceFiles = resourceFiles == null ? List.of() : List.copyOf(resourceFiles);
  }

  public boolean waits() {
    return waitForSuccess == null || waitForSuccess;
  }
}
