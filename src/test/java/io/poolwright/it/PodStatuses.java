package io.poolwright.it;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a kubelet writes into a pod's status, with the termination messages that the programs of our
 * image leave.
 */
final class PodStatuses {
  static final String DIGEST = "0123456789abcdef".repeat(4);

  /** What the agent says of a package. */
  static final String FOUND =
      "{\"entries\":3,\"unpackedBytes\":50,\"sizeBytes\":20,\"digest\":\"" + DIGEST + "\"}";

  private PodStatuses() {}

  /** What it says where it does not find one. */
  static String notFound(String code) {
    return "{\"category\":\"UserError\",\"code\":\"" + code + "\",\"message\":\"because\"}";
  }

  static PodStatus checked(Pod pod, String says) {
    boolean well = !says.contains("\"code\"");
    return base(well ? "Succeeded" : "Failed", false)
        .withContainerStatuses(done(task(pod), well ? 0 : 1, well ? "Completed" : "Error", says))
        .build();
  }

  /** A node pod that takes tasks, or a task pod whose command runs. */
  static PodStatus running(Pod pod) {
    return base("Running", true)
        .withInitContainerStatuses(inits(pod, 0, null))
        .withContainerStatuses(
            pod.getSpec().getContainers().stream().map(PodStatuses::run).toList())
        .build();
  }

  /** What the node controller makes of it when its machine does not answer. */
  static PodStatus silent(Pod pod) {
    return new PodStatusBuilder(running(pod))
        .withConditions(
            new PodConditionBuilder().withType("PodScheduled").withStatus("True").build(),
            new PodConditionBuilder().withType("ContainersReady").withStatus("True").build(),
            new PodConditionBuilder().withType("Ready").withStatus("False").build())
        .build();
  }

  /** The kubelet threw it out. */
  static PodStatus evicted(String message) {
    return base("Failed", false).withReason("Evicted").withMessage(message).build();
  }

  static PodStatus ended(Pod pod, End end) {
    return switch (end) {
      case End.Exit exit ->
          command(pod, exit.code(), exit.code() == 0 ? "Completed" : "Error", null, exit.code());
      case End.OutOfMemory oom -> command(pod, 137, "OOMKilled", null, null);
      case End.WallClock late ->
          command(
              pod,
              124,
              "Error",
              "{\"code\":\"MaxWallClockTimeExpiry\",\"message\":\"it took too long\"}",
              124);
      case End.StageInFails fails -> stageInFailed(pod, fails);
      case End.StageOutFails fails -> stageOutFailed(pod, fails);
      case End.Evicted evicted ->
          base("Failed", false)
              .withReason("Evicted")
              .withMessage("The node was low on resource: memory.")
              .build();
      case End.PullFails pull -> pullFailed(pod);
      case End.Hang hang -> running(pod);
      case End.Vanish vanish -> running(pod);
    };
  }

  /** The same, before the kubelet has the phase right. */
  static PodStatus stillIn(String phase, PodStatus ended) {
    boolean told = ended.getReason() == null && !ended.getPhase().equals("Pending");
    return told ? new PodStatusBuilder(ended).withPhase(phase).build() : ended;
  }

  /** As after SIGTERM: what ran was told to stop. */
  static PodStatus stopped(Pod pod) {
    return base("Failed", false)
        .withInitContainerStatuses(inits(pod, 0, null))
        .withContainerStatuses(
            pod.getSpec().getContainers().stream().map(c -> done(c, 143, "Error", null)).toList())
        .build();
  }

  /** As of a pod that was deleted between its binding and the start of its first container. */
  static PodStatus neverStarted() {
    return base("Failed", false).build();
  }

  /** As an image that nobody can pull. */
  static PodStatus pullFailed(Pod pod) {
    ContainerStatus waits =
        of(task(pod))
            .withState(
                new ContainerStateBuilder()
                    .withNewWaiting()
                    .withReason("ErrImagePull")
                    .withMessage("no such image")
                    .endWaiting()
                    .build())
            .build();
    return base("Pending", false)
        .withInitContainerStatuses(inits(pod, 0, null))
        .withContainerStatuses(waits)
        .build();
  }

  /** Of a pod that fetches nothing it is the first of its containers that stages. */
  private static PodStatus stageInFailed(Pod pod, End.StageInFails fails) {
    String message =
        "{\"category\":\"UserError\",\"code\":\""
            + fails.code()
            + "\",\"message\":\""
            + fails.message()
            + "\",\"field\":\"spec.resourceFiles[0]\"}";
    if (!pod.getSpec().getInitContainers().isEmpty()) {
      return base("Failed", false).withInitContainerStatuses(inits(pod, 1, message)).build();
    }
    String missing = "exec: \"/poolwright/run/busybox\": stat: no such file or directory";
    return base("Failed", false)
        .withContainerStatuses(
            done(pod.getSpec().getContainers().getFirst(), 1, "Error", message),
            done(task(pod), 128, "StartError", missing))
        .build();
  }

  private static PodStatus stageOutFailed(Pod pod, End.StageOutFails fails) {
    String failure =
        "{\"category\":\"UserError\",\"code\":\""
            + fails.code()
            + "\",\"message\":\""
            + fails.message()
            + "\",\"field\":\"spec.outputFiles[0]\"}";
    return end(
        pod,
        List.of(
            done(task(pod), 0, "Completed", null),
            done(stageOut(pod), 1, "Error", report(0, failure))),
        false);
  }

  private static PodStatus command(
      Pod pod, int code, String reason, @Nullable String message, @Nullable Integer exitFile) {
    ContainerStatus task = done(task(pod), code, reason, message);
    Container stageOut = stageOut(pod);
    return end(
        pod,
        stageOut == null
            ? List.of(task)
            : List.of(task, done(stageOut, 0, "Completed", report(exitFile, "null"))),
        code == 0);
  }

  private static PodStatus end(Pod pod, List<ContainerStatus> containers, boolean well) {
    return base(well ? "Succeeded" : "Failed", false)
        .withInitContainerStatuses(inits(pod, 0, null))
        .withContainerStatuses(
            Stream.concat(containers.stream(), stagedBeside(pod).stream()).toList())
        .build();
  }

  /** What staged, where no container stores anything. */
  private static List<ContainerStatus> stagedBeside(Pod pod) {
    Container stageIn = container(pod, "stage-in");
    return stageIn == null ? List.of() : List.of(done(stageIn, 0, "Completed", null));
  }

  private static String report(@Nullable Integer exit, String failure) {
    String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    return "{\"exitCode\":"
        + exit
        + ",\"killed\":"
        + (exit == null)
        + ",\"startedAt\":\""
        + now
        + "\",\"endedAt\":\""
        + now
        + "\",\"uploaded\":2,\"uploadedBytes\":34,\"failure\":"
        + failure
        + "}";
  }

  /** Of a pod that is no task's, the one that it is there for. */
  private static Container task(Pod pod) {
    return Objects.requireNonNullElseGet(
        container(pod, "task"), () -> pod.getSpec().getContainers().getFirst());
  }

  private static @Nullable Container stageOut(Pod pod) {
    return container(pod, "stage-out");
  }

  private static @Nullable Container container(Pod pod, String name) {
    return pod.getSpec().getContainers().stream()
        .filter(c -> c.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static PodStatusBuilder base(String phase, boolean ready) {
    return new PodStatusBuilder()
        .withPhase(phase)
        .withStartTime(now())
        .withConditions(
            new PodConditionBuilder().withType("PodScheduled").withStatus("True").build(),
            new PodConditionBuilder()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .build());
  }

  private static List<ContainerStatus> inits(Pod pod, int code, @Nullable String message) {
    return pod.getSpec().getInitContainers().stream()
        .map(c -> done(c, code, code == 0 ? "Completed" : "Error", message))
        .toList();
  }

  private static ContainerStatus run(Container container) {
    return of(container)
        .withReady(true)
        .withStarted(true)
        // Without it the API server takes its machine for one that cannot change it.
        .withResources(container.getResources())
        .withState(
            new ContainerStateBuilder().withNewRunning().withStartedAt(now()).endRunning().build())
        .build();
  }

  private static ContainerStatus done(
      Container container, int code, String reason, @Nullable String message) {
    return of(container)
        .withState(
            new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(reason)
                .withMessage(message)
                .withStartedAt(now())
                .withFinishedAt(now())
                .endTerminated()
                .build())
        .build();
  }

  private static ContainerStatusBuilder of(Container container) {
    return new ContainerStatusBuilder()
        .withName(container.getName())
        .withImage(container.getImage())
        .withImageID("")
        .withReady(false)
        .withRestartCount(0);
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
