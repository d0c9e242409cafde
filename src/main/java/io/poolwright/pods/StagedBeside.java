package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a pod that fetches nothing does without: an init container. Making the task's directory
 * takes milliseconds, but the kubelet sees only once a second that a container has ended, and
 * starts no other before. So the first container stages, and stays to store what the command
 * leaves; the kubelet starts the command's when the hook of the first has returned, which is when
 * the directory is there.
 */
final class StagedBeside {
  private static final Set<String> FETCHES =
      Set.of(ResourceFiles.VARIABLE, ResourceFiles.COMMON, Packages.VARIABLE);

  private StagedBeside() {}

  /**
   * The pod as it is where something is fetched, which may take long and is an init container's.
   */
  static Pod of(Pod pod) {
    List<Container> inits = pod.getSpec().getInitContainers();
    if (inits.size() != 1 || fetches(inits.getFirst())) {
      return pod;
    }
    Container stageIn = inits.getFirst();
    Optional<Container> stageOut =
        pod.getSpec().getContainers().stream()
            .filter(c -> c.getName().equals("stage-out"))
            .findFirst();
    List<Container> containers = new ArrayList<>();
    containers.add(first(stageIn, stageOut));
    pod.getSpec().getContainers().stream()
        .filter(c -> !c.getName().equals("stage-out"))
        .forEach(containers::add);
    return new PodBuilder(pod)
        .editMetadata()
        // Whose log is meant where none is named; otherwise the first.
        .addToAnnotations("kubectl.kubernetes.io/default-container", "task")
        .endMetadata()
        .editSpec()
        .withInitContainers(List.of())
        .withContainers(containers)
        .endSpec()
        .build();
  }

  private static boolean fetches(Container stageIn) {
    return stageIn.getEnv().stream().map(EnvVar::getName).anyMatch(FETCHES::contains);
  }

  /** It has the name of what it is there for in the end. */
  private static Container first(Container stageIn, Optional<Container> stageOut) {
    List<EnvVar> env = new ArrayList<>(stageIn.getEnv());
    stageOut.ifPresent(out ->
        out.getEnv().stream()
            .filter(e -> env.stream().noneMatch(other -> other.getName().equals(e.getName())))
            .toList()
            .forEach(env::add));
    return new ContainerBuilder(stageIn)
        .withName(stageOut.map(Container::getName).orElse(stageIn.getName()))
        .withCommand(PodParts.BUSYBOX, "sh", PodParts.SCRIPTS + "stage.sh")
        .withEnv(env)
        .withNewLifecycle()
        .withNewPostStart()
        .withNewExec()
        .withCommand(PodParts.BUSYBOX, "sh", PodParts.SCRIPTS + "staged.sh")
        .endExec()
        .endPostStart()
        .endLifecycle()
        .build();
  }
}
