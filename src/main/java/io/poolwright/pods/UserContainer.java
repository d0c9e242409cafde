package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.poolwright.api.ContainerSettings;
import io.poolwright.api.ContainerSettings.WorkingDirectory;
import io.poolwright.api.UserIdentity;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec.Template;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What users say of the container of a command, be it a task's or the pool's start task. */
final class UserContainer {
  private static final String SHARED_MEMORY = "shm";

  private final @Nullable ContainerSettings settings;
  private final RunOptions options;

  /**
   * @param settings whose run options have been found to be right
   */
  UserContainer(@Nullable ContainerSettings settings) {
    this.settings = settings;
    this.options = RunOptions.parse(settings == null ? null : settings.containerRunOptions());
  }

  @Nullable String image(Pool pool) {
    return settings == null ? pool.getSpec().node().image() : settings.imageName();
  }

  /** Those of the pool, and its own. */
  List<LocalObjectReference> pullSecrets(Template template) {
    return Stream.concat(
            template.imagePullSecrets().stream(),
            settings == null
                ? Stream.of()
                : settings.imagePullSecrets().stream().map(s -> new LocalObjectReference(s.name())))
        .distinct()
        .toList();
  }

  /** Null where the image says it. The runner goes on from "/" to the directory of the task. */
  @Nullable String workingDir() {
    if (options.workingDirectory() != null) {
      return options.workingDirectory();
    }
    return startsInDirectory() ? "/" : null;
  }

  /** What is set by options; what is set elsewhere wins. */
  Map<String, String> environment() {
    return PodParts.merged(options.environment());
  }

  /** What the runner has to know. */
  Map<String, String> forRunner() {
    return startsInDirectory() ? Map.of() : Map.of("POOLWRIGHT_STARTS_IN", "container");
  }

  private boolean startsInDirectory() {
    return options.workingDirectory() == null
        && (settings == null
            || settings.workingDirectory() != WorkingDirectory.CONTAINER_IMAGE_DEFAULT);
  }

  @Nullable SecurityContext security(Template template, @Nullable UserIdentity identity) {
    SecurityContext usual = PodParts.theirs(template, identity);
    boolean says =
        options.user() != null
            || options.readOnlyRoot()
            || !options.addedCapabilities().isEmpty()
            || !options.droppedCapabilities().isEmpty();
    if (!says) {
      return usual;
    }
    SecurityContextBuilder context =
        usual == null ? new SecurityContextBuilder() : new SecurityContextBuilder(usual);
    if (options.user() != null) {
      context.withRunAsUser(options.user());
    }
    if (options.group() != null) {
      context.withRunAsGroup(options.group());
    }
    if (options.readOnlyRoot()) {
      context.withReadOnlyRootFilesystem(true);
    }
    if (!options.addedCapabilities().isEmpty() || !options.droppedCapabilities().isEmpty()) {
      boolean none =
          usual != null
              && usual.getCapabilities() != null
              && usual.getCapabilities().getDrop().contains("ALL");
      context
          .editOrNewCapabilities()
          .withAdd(options.addedCapabilities())
          .withDrop(none ? List.of("ALL") : options.droppedCapabilities())
          .endCapabilities();
    }
    return context.build();
  }

  /** Counted as memory of the container that writes there. */
  List<Volume> volumes() {
    return options.sharedMemory() == null
        ? List.of()
        : List.of(
            new VolumeBuilder()
                .withName(SHARED_MEMORY)
                .withNewEmptyDir()
                .withMedium("Memory")
                .withSizeLimit(options.sharedMemory())
                .endEmptyDir()
                .build());
  }

  List<VolumeMount> mounts() {
    return options.sharedMemory() == null
        ? List.of()
        : List.of(PodParts.mount(SHARED_MEMORY, "/dev/shm", null, false));
  }
}
