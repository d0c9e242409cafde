package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import io.poolwright.api.UserIdentity;
import io.poolwright.api.task.ExitConditions;
import io.poolwright.api.task.OutputFile;
import io.poolwright.api.task.Resources;
import io.poolwright.api.task.TaskConstraints;
import io.poolwright.api.task.TaskSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task with placeholders for the values of a factory. It has the fields of {@link TaskSpec}, but
 * no id and no jobId: the id is the task's index.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.commandLine) != has(self.command)",
    message =
        "give exactly one of commandLine (a string, split like a shell splits words) and command (a list)")
public record RepeatTask(
    @Size(max = 1024) @JsonPropertyDescription("A name for people.") @Nullable String displayName,
    @Size(min = 1, max = 32768)
        @JsonPropertyDescription(
            "The command as a string: split into words like a shell does, after values were put in.")
        @Nullable String commandLine,
    @Size(min = 1, max = 1024)
        @JsonPropertyDescription("The command as a list: each item is one argument, exactly.")
        List<@Size(max = 32768) String> command,
    @JsonPropertyDescription("The image to run in; the pool's node.image unless given.")
        @Nullable ContainerSettings containerSettings,
    @Size(max = 512)
        @JsonPropertyDescription(
            "Environment; wins over the job's commonEnvironmentSettings. Names have no placeholders.")
        List<EnvironmentSetting> environmentSettings,
    @Size(max = 256)
        @JsonPropertyDescription(
            "Files brought into the working directory before the command starts.")
        List<RepeatFile> resourceFiles,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Files that go back to object storage after the command has ended.")
        List<OutputFile> outputFiles,
    @Size(max = 10)
        @JsonPropertyDescription(
            "Packages that the task's node is to have before the command starts; they have no placeholders.")
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
    @JsonPropertyDescription("Retries and limits of time.") @Nullable TaskConstraints constraints,
    @JsonPropertyDescription(
            "What becomes of the job, and of the merge task, by the way in which a task ends.")
        @Nullable ExitConditions exitConditions,
    @JsonPropertyDescription(
            "Gives each command a token for the API server, as AZ_BATCH_AUTHENTICATION_TOKEN and where client libraries look for one. None unless given.")
        @Nullable AuthenticationTokenSettings authenticationTokenSettings) {

  public RepeatTask {
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

  /** A ResourceFile whose addresses may begin with a placeholder. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value =
          "(has(self.storageUrl) ? 1 : 0) + (has(self.httpUrl) ? 1 : 0) + (has(self.autoStorageContainerName) ? 1 : 0) == 1",
      message = "name exactly one source: storageUrl, httpUrl or autoStorageContainerName")
  @ValidationRule(
      value = "!has(self.httpUrl) || has(self.filePath)",
      message = "httpUrl needs filePath, the name that the file gets")
  @ValidationRule(
      value = "!has(self.httpUrl) || !has(self.blobPrefix)",
      message = "blobPrefix goes with a bucket, not with httpUrl")
  public record RepeatFile(
      @Size(max = 2048)
          @Pattern("^(s3://|[{]).*$")
          @JsonPropertyDescription(
              "s3://bucket/key, or s3://bucket/prefix/ for all objects below it; s3:///key means the bucket of the Secret poolwright-storage.")
          @Nullable String storageUrl,
      @Size(max = 4096)
          @Pattern("^(https?://.|[{]).*$")
          @JsonPropertyDescription(
              "An address to fetch by GET; if it turns out to be s3://…, it is taken as storageUrl.")
          @Nullable String httpUrl,
      @Size(min = 3, max = 63)
          @JsonPropertyDescription(
              "A bucket of the linked storage; all its objects, or those under blobPrefix.")
          @Nullable String autoStorageContainerName,
      @Size(max = 1024) @JsonPropertyDescription("Only objects whose key begins with this.")
          @Nullable String blobPrefix,
      @Size(max = 1024)
          @JsonPropertyDescription(
              "Where the file goes, relative to the working directory; for several objects the directory.")
          @Nullable String filePath,
      @Pattern("^0?[0-7]{3}$") @JsonPropertyDescription("Permissions in octal, 0770 unless given.")
          @Nullable String fileMode) {}
}
