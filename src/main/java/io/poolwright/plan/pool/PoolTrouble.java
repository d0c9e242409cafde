package io.poolwright.plan.pool;

import io.poolwright.api.pool.PoolSpec;
import io.poolwright.plan.Complaint;
import io.poolwright.plan.task.Starting;
import io.poolwright.pods.Names;
import io.poolwright.pods.PackageUse;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.ContainerSeen;
import io.poolwright.snapshot.PodSeen.Running;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.PodSeen.Waiting;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.Refusal;
import io.poolwright.snapshot.StageReport;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why a pool does not have the nodes that it is to have, in the words of who knows. */
final class PoolTrouble {
  /** A node that lived no longer than this never was one. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  /** How long a node may wait for its next container before it is said. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** As in "0/3 nodes are available". */
  private static final Pattern ALL_MACHINES = Pattern.compile("^0/(\\d+) nodes are available");

  private final PoolSeen seen;
  private final PoolSpec spec;
  private final List<PoolNode> nodes;

  PoolTrouble(PoolSeen seen, List<PoolNode> nodes) {
    this.seen = seen;
    this.spec = seen.pool().getSpec();
    this.nodes = nodes;
  }

  /**
   * @param stuck nothing changes before the user does something
   */
  record Trouble(Reason reason, String message, boolean stuck) {}

  /** What the user wrote that no node can be made of. */
  Optional<Trouble> ofSpec() {
    Optional<Trouble> time = ofTimes();
    if (time.isPresent()) {
      return time;
    }
    Optional<PackageUse.Missing> missing =
        PackageUse.missing(PackageUse.FIELD, spec.applicationPackageReferences(), seen.packages());
    if (missing.isPresent()) {
      return missing.map(m ->
          new Trouble(
              Complaint.of(m).reason(), m.message(), m.obstacle() == PackageUse.Obstacle.FAILED));
    }
    return StartTaskInput.complaint(spec).map(c -> new Trouble(c.reason(), c.message(), true));
  }

  private Optional<Trouble> ofTimes() {
    Duration interval = spec.evaluationInterval();
    if (interval.compareTo(Autoscaling.SHORTEST) < 0
        || interval.compareTo(Autoscaling.LONGEST) > 0) {
      return Optional.of(
          new Trouble(
              Reason.InvalidSetting,
              "spec.autoScaleEvaluationInterval: give a time from 5s to 168h",
              true));
    }
    return spec.resizeTimeout() != null
            && spec.resizeTimeout().duration().compareTo(Resizing.SHORTEST) < 0
        ? Optional.of(
            new Trouble(Reason.InvalidSetting, "spec.resizeTimeout: give a time from 10s up", true))
        : Optional.empty();
  }

  /** What was asked of a node and cannot be understood. */
  Optional<String> ofRequests() {
    return nodes.stream()
        .flatMap(n ->
            NodeRequest.mistake(n.pod().request()).stream()
                .map(m -> "Node " + n.pod().name() + ": " + m))
        .findFirst();
  }

  /** A node that would be open to others, or that others could not find, is not made. */
  Optional<Trouble> ofNetwork() {
    return Optional.ofNullable(seen.obstacle())
        .map(o ->
            new Trouble(
                o.foreign() ? Reason.NameConflict : Reason.NetworkRefused, o.message(), true));
  }

  /** Tasks run all the same. */
  Optional<Trouble> ofLending() {
    return Optional.ofNullable(seen.lendRefusal())
        .filter(_ -> spec.lends())
        .map(refusal ->
            new Trouble(
                Reason.LendRefused,
                "spec.reservation: Lend: "
                    + refusal.message()
                    + "; the tasks run with small requests, as with Hold",
                false));
  }

  /**
   * Why nodes that should be there are not, in the words of who refuses.
   *
   * @param missing whether any are to be made; those that go do not stand for them
   */
  Optional<Trouble> ofNodes(boolean missing) {
    if (seen.refusal() != null && missing) {
      String refusal = seen.refusal().message();
      return Optional.of(new Trouble(kindOf(refusal), "A node pod was refused: " + refusal, true));
    }
    for (PoolNode node : nodes) {
      Optional<Trouble> found = troubleOf(node).or(() -> mounting(node)).or(() -> silence(node));
      if (found.isPresent()) {
        Trouble t = found.get();
        return Optional.of(
            new Trouble(t.reason(), "Node " + node.pod().name() + ": " + t.message(), t.stuck()));
      }
    }
    return queue();
  }

  /** No scheduler looks at a pod before all its gates are taken away. */
  private Optional<Trouble> queue() {
    List<PodSeen> waiting =
        nodes.stream()
            .filter(n -> n.state() == NodeState.CREATING)
            .map(PoolNode::pod)
            .filter(p -> !p.foreignGates().isEmpty())
            .toList();
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    String gates =
        waiting.stream()
            .flatMap(p -> p.foreignGates().stream())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return Optional.of(
        new Trouble(
            Reason.NodesQueued,
            (waiting.size() == 1 ? "1 node waits" : waiting.size() + " nodes wait")
                + " in a queue until who set it takes this scheduling gate from the pod: "
                + gates
                + "; where it is Kueue's, `kubectl get workloads` says why",
            false));
  }

  /**
   * @param going nodes that are to go, now or after a pause
   */
  Optional<Trouble> ofRemovals(List<PodSeen> going) {
    return going.stream()
        .sorted(Comparator.comparingInt(PodSeen::number))
        .flatMap(pod ->
            Optional.ofNullable(seen.stuck().get(pod.name())).stream().map(r -> cannotGo(pod, r)))
        .findFirst();
  }

  private static Trouble cannotGo(PodSeen pod, Refusal refused) {
    return new Trouble(
        Reason.RemoveNodesFailed,
        "Node "
            + pod.name()
            + " takes no more tasks and cannot be removed: "
            + refused.message()
            + ". It is tried again every "
            + Refusal.PAUSE.toSeconds()
            + " seconds",
        true);
  }

  /** What its status does not tell, and its events do. */
  private Optional<Trouble> mounting(PoolNode node) {
    return Optional.ofNullable(seen.said().get(node.pod().name()))
        .filter(_ -> node.pod().getsReady())
        .map(words ->
            new Trouble(
                Reason.NodesNotStarting,
                words
                    + ". It is tried again until it works; after a change of mountConfiguration or node.directory delete the pod, so that the next one has it",
                false));
  }

  /**
   * Neither scheduler nor kubelet says why nothing happens: a volume that cannot be mounted looks
   * like a large image that is being pulled.
   */
  private Optional<Trouble> silence(PoolNode node) {
    return endOfPatience(node)
        .filter(t -> !t.isAfter(seen.now()))
        .map(_ -> {
          PodSeen pod = node.pod();
          boolean first = pod.inits().stream().allMatch(c -> c.terminated().isEmpty());
          return new Trouble(
              Reason.NodesNotStarting,
              "nothing has started since "
                  + pod.waitsSince()
                  + (first
                      ? "; mostly a volume (node.directory, mountConfiguration) that cannot be attached or mounted"
                      : "; mostly an image that takes long to pull")
                  + ". `kubectl describe pod "
                  + pod.name()
                  + "` shows what it waits for",
              false);
        });
  }

  /** When it has to be said that a node does not get on; empty while it does. */
  private static Optional<Instant> endOfPatience(PoolNode node) {
    PodSeen pod = node.pod();
    boolean waits =
        node.state() == NodeState.STARTING
            && pod.phase() == PodSeen.Phase.PENDING
            && held(pod).isEmpty()
            && Stream.concat(pod.inits().stream(), pod.containers().stream())
                .noneMatch(c -> c.state() instanceof Running);
    return waits ? Optional.of(pod.waitsSince().plus(PATIENCE)) : Optional.empty();
  }

  /** The earlier of this time, if any, and the next at which there will be silence to tell of. */
  Optional<Instant> orSooner(Optional<Instant> other) {
    return Stream.concat(
            other.stream(),
            nodes.stream()
                .flatMap(n -> endOfPatience(n).stream().map(end -> listen(n.pod(), end)))
                .filter(t -> t.isAfter(seen.now())))
        .min(Comparator.naturalOrder());
  }

  /** When to hear what is said of a node that gets ready: now and then until patience ends. */
  private Instant listen(PodSeen pod, Instant end) {
    Instant next = pod.nextWords(seen.now());
    return pod.getsReady() && next.isBefore(end) ? next : end;
  }

  /** The API server has no other way to tell these apart. */
  private static Reason kindOf(String refusal) {
    if (refusal.contains("exceeded quota") || refusal.contains("failed quota")) {
      return Reason.QuotaExceeded;
    }
    return refusal.contains("violates PodSecurity") ? Reason.PodSecurity : Reason.PodRejected;
  }

  /** What is the matter with one node. */
  static Optional<Trouble> troubleOf(PoolNode node) {
    PodSeen pod = node.pod();
    if (node.state() == NodeState.START_TASK_FAILED) {
      return Optional.of(new Trouble(Reason.StartTaskFailed, startTaskEnd(pod), true));
    }
    if (pod.unreachable()) {
      return Optional.of(
          new Trouble(
              Reason.NodeUnreachable,
              "machine "
                  + pod.machine()
                  + " does not answer; the node takes no tasks until it does. If the machine is gone for good, delete its Node object",
              false));
    }
    Optional<ContainerSeen> staging = failedStaging(pod);
    if (staging.isPresent() && node.state() == NodeState.UNUSABLE) {
      return Optional.of(
          new Trouble(
              staging.get().name().equals(Names.PACKAGES)
                  ? Reason.PackageFailed
                  : Reason.StartTaskFilesFailed,
              stagingEnd(staging.get()),
              false));
    }
    if (node.state() == NodeState.UNUSABLE && neverRan(pod)) {
      return Optional.of(
          new Trouble(
              Reason.NodesNotStarting,
              "it ended before it was a node: " + lastWords(pod) + ". Another is tried",
              false));
    }
    if (pod.unschedulable() != null && node.state() == NodeState.CREATING) {
      return Optional.of(
          new Trouble(unschedulable(pod.unschedulable()), pod.unschedulable(), false));
    }
    return held(pod)
        .map(w ->
            new Trouble(
                Reason.NodesNotStarting,
                w.reason() + ": " + (w.message() == null ? "" : w.message()),
                false));
  }

  private static Optional<Waiting> held(PodSeen pod) {
    return Stream.concat(pod.inits().stream(), pod.containers().stream())
        .flatMap(c -> c.waiting().stream())
        .filter(Starting::isHeld)
        .findFirst();
  }

  /**
   * A machine that is full may be free tomorrow, and preemption would make room on it; one that is
   * too small never is, of which the scheduler says that preemption is not helpful.
   */
  private static Reason unschedulable(String said) {
    Matcher machines = ALL_MACHINES.matcher(said);
    return said.contains("Insufficient ")
            && machines.find()
            && said.contains(machines.group(1) + " Preemption is not helpful")
        ? Reason.NoMachineLargeEnough
        : Reason.NodesUnschedulable;
  }

  private static String startTaskEnd(PodSeen pod) {
    Optional<Terminated> end = pod.container("start-task").flatMap(ContainerSeen::terminated);
    Optional<StageReport> report = end.flatMap(t -> StageReport.read(t.message()));
    String exit = "the start task ended with exit code " + end.map(Terminated::exitCode).orElse(-1);
    String why = report.map(StageReport::message).map(m -> "; " + m).orElse("");
    String stderr =
        report
            .map(StageReport::stderrTail)
            .filter(t -> !t.isBlank())
            .map(t -> "; stderr: " + t.strip())
            .orElse("");
    return exit
        + why
        + stderr
        + ". Mend startTask, then annotate the pod with poolwright.io/request=Reboot to try again";
  }

  /** What was to bring files to the node and could not, through no fault of the machine. */
  static Optional<ContainerSeen> failedStaging(PodSeen pod) {
    return Stream.of(Names.PACKAGES, Names.START_STAGE_IN)
        .filter(_ -> !thrownOut(pod))
        .flatMap(name -> pod.container(name).stream())
        .filter(c -> c.terminated().filter(t -> t.exitCode() != 0).isPresent())
        .findFirst();
  }

  private static String stagingEnd(ContainerSeen staging) {
    Terminated end = staging.terminated().orElseThrow();
    return StageReport.read(end.message())
        .map(r ->
            (r.field() == null || staging.name().equals(Names.PACKAGES) ? "" : r.field() + ": ")
                + r.code()
                + ": "
                + r.message())
        .orElse((end.reason() == null ? "" : end.reason() + ", ") + "exit code " + end.exitCode());
  }

  /**
   * It ended so soon after it was made that the next would probably do the same; not where it was
   * thrown out, which can happen to any.
   */
  static boolean neverRan(PodSeen pod) {
    return !thrownOut(pod) && Duration.between(pod.created(), pod.lastEnd()).compareTo(YOUNG) < 0;
  }

  private static boolean thrownOut(PodSeen pod) {
    return pod.disrupted() || "Evicted".equals(pod.reason());
  }

  private static String lastWords(PodSeen pod) {
    return Stream.concat(pod.inits().stream(), pod.containers().stream())
        .flatMap(c -> c.terminated().stream().map(t -> words(c.name(), t)))
        .reduce((first, last) -> last)
        .orElse(
            (pod.reason() == null ? pod.phase().name() : pod.reason())
                + (pod.message() == null ? "" : ": " + pod.message()));
  }

  private static String words(String container, Terminated end) {
    return "container "
        + container
        + ": "
        + (end.reason() == null ? "exit code " + end.exitCode() : end.reason())
        + (end.message() == null || end.message().isBlank() ? "" : ": " + end.message().strip());
  }
}
