package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.ApplicationPackageReference;
import io.poolwright.api.AuthenticationTokenSettings;
import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.UserIdentity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a task is to do (section 7.1 of the reference). In a Job's {@code tasks} it has an id; as an
 * object of its own a jobId.
 */
@JsonClassDescription("What is to be run.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.commandLine) != has(self.command)",
    message =
        "give exactly one of commandLine (a string, split like a shell splits words) and command (a list)")
@ValidationRule(
    value =
        "!has(self.multiInstanceSettings) || !has(self.requiredSlots) || self.requiredSlots == 1",
    message = "requiredSlots must be 1 beside multiInstanceSettings; leave it out")
public record TaskSpec(
    @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription("The task's id within its job.")
        @Nullable String id,
    @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription("The Job, in the same namespace, that this task belongs to.")
        @Nullable String jobId,
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
            "Packages that the task's node is to have before the command starts; a node unpacks each once.")
        List<ApplicationPackageReference> applicationPackageReferences,
    @JsonPropertyDescription(
            "As which user it runs; as node.template.securityContext of the pool says unless given.")
        @Nullable UserIdentity userIdentity,
    @Min(1)
        @Max(256)
        @JsonPropertyDescription("Slots of a node that the task takes. 1 unless given.")
        @Nullable Integer requiredSlots,
    @Size(max = Resources.MOST)
        @ValidationRule(value = Resources.NAMES, message = Resources.FIELD + Resources.OTHER_NAME)
        @JsonPropertyDescription(Resources.DESCRIPTION)
        Map<String, Quantity> resources,
    @JsonPropertyDescription(
            "The node that it gets if that has room when its turn comes; it never waits for it.")
        @Nullable AffinityInfo affinityInfo,
    @JsonPropertyDescription("Retries and limits of time.") @Nullable TaskConstraints constraints,
    @JsonPropertyDescription("Tasks of the same job that have to be over before this one starts.")
        @Nullable DependsOn dependsOn,
    @JsonPropertyDescription(
            "What becomes of the job, and of tasks that depend on this one, by the way in which it ends.")
        @Nullable ExitConditions exitConditions,
    @JsonPropertyDescription(
            "Terminated: the task is stopped if it runs, and completes as failed. For Task objects; Active unless given.")
        @Nullable DesiredState desiredState,
    @JsonPropertyDescription(
            "Gives the command a token for the API server, as AZ_BATCH_AUTHENTICATION_TOKEN and where client libraries look for one. None unless given.")
        @Nullable AuthenticationTokenSettings authenticationTokenSettings,
    @JsonPropertyDescription(
            "Gives the task several nodes at once, for MPI and its like. One node unless given.")
        @Nullable MultiInstanceSettings multiInstanceSettings) {

  public TaskSpec {
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

  public int slots() {
    return requiredSlots == null ? 1 : requiredSlots;
  }

  /** How many nodes it has at once. */
  public int instances() {
    return multiInstanceSettings == null ? 1 : multiInstanceSettings.instances();
  }

  public TaskConstraints limits() {
    return constraints == null ? TaskConstraints.NONE : constraints;
  }

  public DependsOn dependencies() {
    return dependsOn == null ? new DependsOn(List.of(), List.of()) : dependsOn;
  }

  public ExitConditions exits() {
    return exitConditions == null ? ExitConditions.NONE : exitConditions;
  }

  public boolean wantsTermination() {
    return desiredState == DesiredState.TERMINATED;
  }

  /** Poolwright's form of Azure's verb on a task. */
  public enum DesiredState {
    @JsonProperty("Active")
    ACTIVE,
    @JsonProperty("Terminated")
    TERMINATED
  }

  /** The same task as an object of its own under a job. */
  public TaskSpec inJob(String job) {
    return new TaskSpec(
        id,
        job,
        displayName,
        commandLine,
        command,
        containerSettings,
        environmentSettings,
        resourceFiles,
        outputFiles,
        applicationPackageReferences,
        userIdentity,
        requiredSlots,
        resources,
        affinityInfo,
        constraints,
        dependsOn,
        exitConditions,
        null,
        authenticationTokenSettings,
        multiInstanceSettings);
  }

  /** The same task on a node that gets nothing of its files and sends none back. */
  public TaskSpec withoutFiles() {
    return new TaskSpec(
        id,
        jobId,
        displayName,
        commandLine,
        command,
        containerSettings,
        environmentSettings,
        List.of(),
        List.of(),
        applicationPackageReferences,
        userIdentity,
        requiredSlots,
        resources,
        affinityInfo,
        constraints,
        dependsOn,
        exitConditions,
        desiredState,
        authenticationTokenSettings,
        multiInstanceSettings);
  }
}
