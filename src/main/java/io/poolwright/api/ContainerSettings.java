package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The container that a command runs in (Azure's containerSettings). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerSettings(
    @Required
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription("Image in which the command runs.")
        String imageName,
    @JsonPropertyDescription(
            "Where the command starts. TaskWorkingDirectory (the default): in AZ_BATCH_TASK_WORKING_DIR, where its files are. ContainerImageDefault: where the image says, its WORKDIR.")
        @Nullable WorkingDirectory workingDirectory,
    @Size(max = 8)
        @JsonPropertyDescription(
            "Secrets for the image's registry, beside those of node.template: of type kubernetes.io/dockerconfigjson, in this namespace.")
        List<PullSecret> imagePullSecrets,
    @Size(max = 4096)
        @JsonPropertyDescription(
            "Options as of docker create, those that a pod has: --cap-add, --cap-drop, --env, --read-only, --shm-size, --user (numbers), --workdir. --rm is so anyway; others are refused, each with what to do instead.")
        @Nullable String containerRunOptions) {

  public ContainerSettings {
    imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
  }

  /** A Secret by its name. */
  public record PullSecret(@Required @Size(min = 1, max = 253) String name) {}

  /** Where a command starts. */
  public enum WorkingDirectory {
    @JsonProperty("TaskWorkingDirectory")
    TASK_WORKING_DIRECTORY,
    @JsonProperty("ContainerImageDefault")
    CONTAINER_IMAGE_DEFAULT
  }

  /** The same for another image. */
  public ContainerSettings withImageName(String other) {
    return new ContainerSettings(other, workingDirectory, imagePullSecrets, containerRunOptions);
  }
}
