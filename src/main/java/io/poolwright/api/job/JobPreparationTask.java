package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.UserIdentity;
import io.poolwright.api.task.TaskConstraints;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node runs once before the job's first task there (section 8 of the reference). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.commandLine) != has(self.command)",
    message =
        "jobPreparationTask: give exactly one of commandLine (a string, split like a shell splits words) and command (a list)")
public record JobPreparationTask(
    @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
            "Its id within the job, and the name of its directory; jobpreparation unless given.")
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
    @JsonPropertyDescription(
            "Retries, 0 unless given, and limits of time. What it leaves is kept at least as long as retentionTime, and as long as directories of the job's tasks are there.")
        @Nullable TaskConstraints constraints,
    @JsonPropertyDescription(
            "true: a node takes tasks of the job only after its preparation ended well. false: it takes them at once, and whatever becomes of it. true unless given.")
        @Nullable Boolean waitForSuccess,
    @JsonPropertyDescription(
            "Whether a node that was rebooted is prepared again although it was before; after a reimage it always is. true unless given.")
        @Nullable Boolean rerunOnNodeRebootAfterSuccess)
    implements SpecialTask {

  public JobPreparationTask {
    command = command == null ? List.of() : List.copyOf(command);
    environmentSettings =
        environmentSettings == null ? List.of() : List.copyOf(environmentSettings);
    resourceFiles = resourceFiles == null ? List.of() : List.copyOf(resourceFiles);
  }

  @Override
  public String idOrDefault() {
    return id == null ? "jobpreparation" : id;
  }

  @Override
  public TaskConstraints limits() {
    return constraints == null ? TaskConstraints.NONE : constraints;
  }

  public boolean waits() {
    return waitForSuccess == null || waitForSuccess;
  }

  public boolean rerunsAfterReboot() {
    return rerunOnNodeRebootAfterSuccess == null || rerunOnNodeRebootAfterSuccess;
  }
}
