package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.ApplicationPackageReference;
import io.poolwright.api.AuthenticationTokenSettings;
import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.UserIdentity;
import io.poolwright.api.task.OutputFile;
import io.poolwright.api.task.Resources;
import io.poolwright.api.task.TaskConstraints;
import io.poolwright.api.task.TaskSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The task of a job that runs before its others and may end it (section 8 of the reference). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.commandLine) != has(self.command)",
    message =
        "jobManagerTask: give exactly one of commandLine (a string, split like a shell splits words) and command (a list)")
public record JobManagerTask(
    @Required
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription("Its id within the job; it becomes a Task named <job>-<id>.")
        String id,
    @Size(max = 1024) @JsonPropertyDescription("A name for people.") @Nullable String displayName,
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
            "Files brought into the working directory before the command starts.")
        List<ResourceFile> resourceFiles,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Files that go back to object storage after the command has ended.")
        List<OutputFile> outputFiles,
    @Size(max = 10)
        @JsonPropertyDescription(
            "Packages that its node is to have before the command starts; a node unpacks each once.")
        List<ApplicationPackageReference> applicationPackageReferences,
    @JsonPropertyDescription(
            "As which user it runs; as node.template.securityContext of the pool says unless given.")
        @Nullable UserIdentity userIdentity,
    @Min(1)
        @Max(256)
        @JsonPropertyDescription(
            "Slots of a node that it takes where runExclusive is false. 1 unless given.")
        @Nullable Integer requiredSlots,
    @Size(max = Resources.MOST)
        @ValidationRule(value = Resources.NAMES, message = Resources.FIELD + Resources.OTHER_NAME)
        @JsonPropertyDescription(Resources.DESCRIPTION)
        Map<String, Quantity> resources,
    @JsonPropertyDescription(
            "true: it takes all slots of its node, so that no other task runs there meanwhile. true unless given.")
        @Nullable Boolean runExclusive,
    @JsonPropertyDescription(
            "true: when it is completed the job ends, and tasks that still run are stopped. false: the job goes on. true unless given.")
        @Nullable Boolean killJobOnCompletion,
    @JsonPropertyDescription("false: it does not run on a Spot node. true unless given.")
        @Nullable Boolean allowLowPriorityNode,
    @JsonPropertyDescription("Retries and limits of time.") @Nullable TaskConstraints constraints,
    @JsonPropertyDescription(
            "Gives the command a token for the API server, as AZ_BATCH_AUTHENTICATION_TOKEN and where client libraries look for one. None unless given.")
        @Nullable AuthenticationTokenSettings authenticationTokenSettings) {

  public JobManagerTask {
    command = command == null ? List.of() : List.copyOf(command);
    environmentSettings =
        environmentSettings == null ? List.of() : List.copyOf(environmentSettings);
    resourceFiles = resourceFiles == null ? List.of() : List.copyOf(resourceFiles);
    outputFiles = outputFiles == null ? List.of() : List.copyOf(outputFiles);
    applicationPackageReferences =
        applicationPackageReferences == null
            ? List.of()
            : List.copyOf(applicationPackageReferences);
    resources =
        resources == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(resources));
  }

  public boolean runsAlone() {
    return runExclusive == null || runExclusive;
  }

  public boolean endsJob() {
    return killJobOnCompletion == null || killJobOnCompletion;
  }

  public boolean mayRunOnSpot() {
    return allowLowPriorityNode == null || allowLowPriorityNode;
  }

  /**
   * As the task that the job makes of it.
   *
   * @param slotsPerNode of the job's pool
   */
  public TaskSpec asTask(int slotsPerNode) {
    return new TaskSpec(
        id,
        null,
        displayName,
        commandLine,
        command,
        containerSettings,
        environmentSettings,
        resourceFiles,
        outputFiles,
        applicationPackageReferences,
        userIdentity,
        runsAlone() ? Integer.valueOf(slotsPerNode) : requiredSlots,
        resources,
        null,
        constraints,
        null,
        null,
        null,
        authenticationTokenSettings,
        null);
  }
}
