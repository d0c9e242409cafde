package io.poolwright.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What must hold of every pod that is built, whatever the user asked for. */
final class PodRules {
  private static final Set<String> OURS =
      Set.of("packages", "start-stage-in", "node", "stage-in", "stage-out", "check");
  private static final Set<String> USERS = Set.of("start-task", "task");
  private static final Set<String> MAY_SEE_THE_SECRET =
      Set.of("packages", "start-stage-in", "stage-in", "stage-out", "check");

  private PodRules() {}

  static void check(Pod pod) {
    containers(pod).stream()
        .filter(c -> OURS.contains(c.getName()) || c.getName().startsWith("prefetch-"))
        .forEach(PodRules::restricted);
    containers(pod).forEach(PodRules::secretIsForStagersOnly);
    containers(pod).forEach(PodRules::usersVolumesAreForTheUsersContainers);
    assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
    tokenIsForTheCommandOnly(pod);
    assertThat(pod.getSpec().getEnableServiceLinks()).isFalse();
    assertThat(pod.getSpec().getNodeName()).as("kube-scheduler binds").isNull();
    assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Never");
    assertThat(
            Stream.of(
                pod.getSpec().getHostNetwork(),
                pod.getSpec().getHostPID(),
                pod.getSpec().getHostIPC()))
        .containsOnlyNulls();
    pod.getSpec().getVolumes().forEach(PodRules::volumeIsAllowed);
    limitsAreBounds(pod);
  }

  static List<Container> containers(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .toList();
  }

  static Container container(Pod pod, String name) {
    return containers(pod).stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
  }

  /** The container's part of the Pod Security Standard "restricted", by its own fields alone. */
  static void restricted(Container container) {
    SecurityContext security = container.getSecurityContext();
    assertThat(security).as(container.getName()).isNotNull();
    assertThat(security.getRunAsNonRoot()).isTrue();
    assertThat(security.getRunAsUser()).isPositive();
    assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    noPrivileges(container);
  }

  static void noPrivileges(Container container) {
    SecurityContext security = container.getSecurityContext();
    assertThat(security).as(container.getName()).isNotNull();
    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(security.getPrivileged()).isNull();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(security.getCapabilities().getAdd()).isEmpty();
    assertThat(container.getPorts()).isEmpty();
  }

  /** The whole pod passes "restricted". */
  static void wholePodIsRestricted(Pod pod) {
    PodSecurityContext security = pod.getSpec().getSecurityContext();
    assertThat(security.getRunAsNonRoot()).isTrue();
    assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    containers(pod).forEach(PodRules::noPrivileges);
  }

  private static void secretIsForStagersOnly(Container container) {
    if (!MAY_SEE_THE_SECRET.contains(container.getName())) {
      assertThat(container.getVolumeMounts())
          .as("mounts of %s", container.getName())
          .extracting(VolumeMount::getName)
          .doesNotContain("storage");
    }
    assertThat(container.getEnvFrom()).isEmpty();
    // What a pod says of itself is no secret.
    assertThat(container.getEnv())
        .allMatch(e -> e.getValueFrom() == null || e.getValueFrom().getFieldRef() != null);
  }

  /** The node's own container only holds them; stagers do without. */
  private static void usersVolumesAreForTheUsersContainers(Container container) {
    List<VolumeMount> theirs =
        container.getVolumeMounts().stream().filter(m -> m.getName().startsWith("mount-")).toList();
    if (container.getName().equals("node")) {
      assertThat(theirs).allMatch(VolumeMount::getReadOnly);
    } else if (!USERS.contains(container.getName())) {
      assertThat(theirs).as("mounts of %s", container.getName()).isEmpty();
    }
  }

  private static void tokenIsForTheCommandOnly(Pod pod) {
    String account = pod.getSpec().getServiceAccountName();
    if (account != null) {
      assertThat(account).startsWith("poolwright-job-");
    }
    assertThat(
            containers(pod).stream()
                .filter(
                    c -> c.getVolumeMounts().stream().anyMatch(m -> m.getName().equals("token")))
                .map(Container::getName)
                .toList())
        .isEqualTo(account == null ? List.of() : List.of("task"));
  }

  private static void volumeIsAllowed(Volume volume) {
    assertThat(volume.getHostPath()).as(volume.getName()).isNull();
    assertThat(
            Stream.of(
                    volume.getEmptyDir(),
                    volume.getEphemeral(),
                    volume.getPersistentVolumeClaim(),
                    volume.getNfs(),
                    volume.getCsi(),
                    volume.getImage(),
                    volume.getProjected(),
                    volume.getSecret())
                .filter(java.util.Objects::nonNull))
        .as(volume.getName())
        .hasSize(1);
  }

  /** A request that is absent would become the limit, and the reservation would be made twice. */
  private static void limitsAreBounds(Pod pod) {
    for (Container container : containers(pod)) {
      var resources = container.getResources();
      assertThat(resources.getRequests().keySet())
          .as("requests of %s", container.getName())
          .isEqualTo(resources.getLimits().keySet());
      resources
          .getRequests()
          .forEach((resource, request) ->
              assertThat(request.getNumericalAmount())
                  .as("%s of %s", resource, container.getName())
                  .isLessThanOrEqualTo(resources.getLimits().get(resource).getNumericalAmount()));
    }
  }
}
