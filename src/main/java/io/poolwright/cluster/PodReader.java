package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.ContainerSeen;
import io.poolwright.snapshot.PodSeen.Phase;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a pod into what a decision may know of it. */
public final class PodReader {
  /** The container of a node pod that holds the room, and that of a task pod which uses it. */
  private static final Set<String> ROOMY = Set.of("node", "task");

  private PodReader() {}

  public static PodSeen read(Pod pod) {
    PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    Map<String, String> labels =
        pod.getMetadata().getLabels() == null ? Map.of() : pod.getMetadata().getLabels();
    return new PodSeen(
        pod.getMetadata().getName(),
        pod.getMetadata().getUid(),
        pod.getMetadata().getResourceVersion(),
        number(labels),
        labels.get(Names.NODE),
        pod.getSpec() == null ? null : pod.getSpec().getNodeName(),
        status.getPhase() == null
            ? Phase.PENDING
            : Phase.valueOf(status.getPhase().toUpperCase(Locale.ROOT)),
        status.getReason(),
        status.getMessage(),
        "false".equals(labels.get(Names.DEDICATED)),
        gates(pod).anyMatch(Names.LEDGER::equals),
        gates(pod).filter(g -> !g.equals(Names.LEDGER)).toList(),
        pod.getMetadata().getFinalizers() != null
            && pod.getMetadata().getFinalizers().contains(Names.LEDGER),
        pod.getMetadata().getDeletionTimestamp() != null,
        says(status, "DisruptionTarget", "True"),
        // The node controller takes Ready from the pods of a machine that it does not hear of, and
        // from nothing else of them. Our pods have no readiness gates.
        says(status, "ContainersReady", "True") && says(status, "Ready", "False"),
        leaving(pod),
        annotation(pod, Names.PREEMPTED_FOR),
        annotation(pod, Names.REQUEST),
        labels.get(Names.STATE),
        room(pod),
        unschedulable(status),
        pod.getMetadata().getCreationTimestamp() == null
            ? Instant.EPOCH
            : Instant.parse(pod.getMetadata().getCreationTimestamp()),
        status.getStartTime() == null ? null : Instant.parse(status.getStartTime()),
        containers(status.getInitContainerStatuses()),
        containers(status.getContainerStatuses()));
  }

  /**
   * Marks that somebody edited do not stop anything: a pod without a number is nobody's attempt.
   */
  private static int number(Map<String, String> labels) {
    String text = labels.getOrDefault(Names.ATTEMPT, labels.getOrDefault(Names.NUMBER, ""));
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
  }

  private static @Nullable String annotation(Pod pod, String name) {
    Map<String, String> all = pod.getMetadata().getAnnotations();
    return all == null ? null : all.get(name);
  }

  private static @Nullable NodeDeallocationOption leaving(Pod pod) {
    String mark = annotation(pod, Names.LEAVING);
    return Arrays.stream(NodeDeallocationOption.values())
        .filter(o -> o.stopsTasks() && o.name().equals(mark))
        .findFirst()
        .orElse(null);
  }

  private static PodSeen.@Nullable Room room(Pod pod) {
    return !lends(pod) || pod.getSpec() == null
        ? null
        : pod.getSpec().getContainers().stream()
            .filter(c -> ROOMY.contains(c.getName()) && c.getResources() != null)
            .map(c ->
                new PodSeen.Room(
                    orNone(c.getResources().getRequests()),
                    orNone(c.getResources().getLimits()),
                    slots(pod)))
            .findFirst()
            .orElse(null);
  }

  private static @Nullable Integer slots(Pod pod) {
    String text = pod.getMetadata().getLabels().getOrDefault(Names.SLOTS, "");
    return text.matches("[1-9][0-9]{0,3}") ? Integer.valueOf(text) : null;
  }

  private static Map<String, Quantity> orNone(@Nullable Map<String, Quantity> given) {
    return given == null ? Map.of() : given;
  }

  /** Whether its requests change while it lives, which is why they are looked at. */
  static boolean lends(Pod pod) {
    return pod.getMetadata().getLabels() != null
        && Names.LEND.equals(pod.getMetadata().getLabels().get(Names.RESERVATION));
  }

  private static Stream<String> gates(Pod pod) {
    return pod.getSpec() == null || pod.getSpec().getSchedulingGates() == null
        ? Stream.empty()
        : pod.getSpec().getSchedulingGates().stream().map(PodSchedulingGate::getName);
  }

  private static List<PodCondition> conditions(PodStatus status) {
    return status.getConditions() == null ? List.of() : status.getConditions();
  }

  private static boolean says(PodStatus status, String type, String value) {
    return conditions(status).stream()
        .anyMatch(c -> c.getType().equals(type) && c.getStatus().equals(value));
  }

  /** From the beginning, where nobody has written that down. */
  static Instant notReadySince(Pod pod) {
    return conditions(pod.getStatus()).stream()
        .filter(c -> c.getType().equals("Ready") && c.getStatus().equals("False"))
        .map(PodCondition::getLastTransitionTime)
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .findFirst()
        .orElse(Instant.EPOCH);
  }

  private static @Nullable String unschedulable(PodStatus status) {
    return conditions(status).stream()
        .filter(c ->
            c.getType().equals("PodScheduled")
                && c.getStatus().equals("False")
                && "Unschedulable".equals(c.getReason()))
        .map(c -> c.getMessage() == null ? "no machine fits" : c.getMessage())
        // The scheduler's normal first word on a pod with a volume of its own; it looks again at
        // once.
        .filter(m -> !m.contains("waiting for ephemeral volume controller"))
        .findFirst()
        .orElse(null);
  }

  private static List<ContainerSeen> containers(@Nullable List<ContainerStatus> statuses) {
    return statuses == null
        ? List.of()
        : statuses.stream()
            .map(s ->
                new ContainerSeen(
                    s.getName(),
                    Boolean.TRUE.equals(s.getReady()),
                    neverMade(s) ? new PodSeen.Waiting(null, null) : state(s.getState())))
            .toList();
  }

  /** So the kubelet calls the end of what it had not made yet when the pod was over. */
  private static boolean neverMade(ContainerStatus status) {
    boolean unknown =
        status.getState() != null
            && status.getState().getTerminated() != null
            && "ContainerStatusUnknown".equals(status.getState().getTerminated().getReason());
    return unknown && (status.getContainerID() == null || status.getContainerID().isEmpty());
  }

  private static PodSeen.State state(@Nullable ContainerState state) {
    if (state == null) {
      return new PodSeen.Waiting(null, null);
    }
    if (state.getTerminated() != null) {
      var t = state.getTerminated();
      return new PodSeen.Terminated(
          t.getExitCode() == null ? -1 : t.getExitCode(),
          t.getReason(),
          t.getMessage(),
          t.getStartedAt(),
          t.getFinishedAt());
    }
    if (state.getRunning() != null) {
      return new PodSeen.Running(state.getRunning().getStartedAt());
    }
    return state.getWaiting() == null
        ? new PodSeen.Waiting(null, null)
        : new PodSeen.Waiting(state.getWaiting().getReason(), state.getWaiting().getMessage());
  }
}
