package io.poolwright.plan;

import io.poolwright.api.pool.PoolSpec;
import io.poolwright.pods.CommandLine;
import io.poolwright.pods.PackageUse;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.PodSeen.Waiting;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.StageReport;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Why a pool does not have the nodes that it is to have, in the words of who knows. */
final class PoolTrouble {
  /** A node that lived no longer than this never was one. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

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
      return missing.map(
          m -> new Trouble(reason(m), m.message(), m.obstacle() == PackageUse.Obstacle.FAILED));
    }
    PoolSpec.StartTask start = spec.startTask();
    if (start == null) {
      return Optional.empty();
    }
    if (start.containerSettings() == null && spec.node().image() == null) {
      return Optional.of(
          new Trouble(
              Reason.ImageMissing,
              "spec.startTask.containerSettings.imageName: neither it nor node.image names an image",
              true));
    }
    try {
      boolean empty =
          start.commandLine() != null && CommandLine.split(start.commandLine()).isEmpty();
      return empty
          ? Optional.of(
              new Trouble(
                  Reason.InvalidCommandLine,
                  "spec.startTask.commandLine: there is no word in it",
                  true))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(
          new Trouble(
              Reason.InvalidCommandLine, "spec.startTask.commandLine: " + e.getMessage(), true));
    }
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

  static Reason reason(PackageUse.Missing missing) {
    return missing.obstacle() == PackageUse.Obstacle.NOT_FOUND
        ? Reason.PackageNotFound
        : Reason.PackageNotActive;
  }

  /** What was asked of a node and cannot be understood. */
  Optional<Trouble> ofRequests() {
    return nodes.stream()
        .flatMap(n ->
            NodeRequest.mistake(n.pod().request()).stream()
                .map(m ->
                    new Trouble(Reason.InvalidRequest, "Node " + n.pod().name() + ": " + m, false)))
        .findFirst();
  }

  /** Tasks run all the same. */
  Optional<Trouble> ofLending() {
    return Optional.ofNullable(seen.lendRefusal())
        .map(why ->
            new Trouble(
                Reason.LendRefused,
                "spec.reservation: Lend: "
                    + why
                    + ". It needs Kubernetes 1.33; the tasks run with small requests, as with Hold",
                false));
  }

  /**
   * Why nodes that should be there are not, in the words of who refuses.
   *
   * @param target how many there should be
   */
  Optional<Trouble> ofNodes(int target) {
    if (seen.refusal() != null && nodes.size() < target) {
      String refusal = seen.refusal().message();
      return Optional.of(new Trouble(kindOf(refusal), "A node pod was refused: " + refusal, true));
    }
    for (PoolNode node : nodes) {
      Optional<Trouble> found = troubleOf(node);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The API server has no other way to tell these apart. */
  private static Reason kindOf(String refusal) {
    if (refusal.contains("exceeded quota") || refusal.contains("failed quota")) {
      return Reason.QuotaExceeded;
    }
    return refusal.contains("violates PodSecurity") ? Reason.PodSecurity : Reason.PodRejected;
  }

  private static Optional<Trouble> troubleOf(PoolNode node) {
    PodSeen pod = node.pod();
    String where = "Node " + pod.name() + ": ";
    if (node.state() == NodeState.START_TASK_FAILED) {
      return Optional.of(new Trouble(Reason.StartTaskFailed, where + startTaskEnd(pod), true));
    }
    if (pod.unreachable()) {
      return Optional.of(
          new Trouble(
              Reason.NodeUnreachable,
              where
                  + "machine "
                  + pod.machine()
                  + " does not answer; the node takes no tasks until it does. If the machine is gone for good, delete its Node object",
              false));
    }
    Optional<Terminated> packages = failedPackages(pod);
    if (packages.isPresent() && node.state() == NodeState.UNUSABLE) {
      String message =
          StageReport.read(packages.get().message())
              .map(r -> r.code() + ": " + r.message())
              .orElse("exit code " + packages.get().exitCode());
      return Optional.of(new Trouble(Reason.PackageFailed, where + message, false));
    }
    if (node.state() == NodeState.UNUSABLE && neverRan(pod)) {
      return Optional.of(
          new Trouble(
              Reason.NodesNotStarting,
              where + "it ended before it was a node: " + lastWords(pod) + ". Another is tried",
              false));
    }
    if (pod.unschedulable() != null && node.state() == NodeState.CREATING) {
      return Optional.of(
          new Trouble(unschedulable(pod.unschedulable()), where + pod.unschedulable(), false));
    }
    Optional<Waiting> waiting =
        Stream.concat(pod.inits().stream(), pod.containers().stream())
            .flatMap(c -> c.waiting().stream())
            .filter(w ->
                w.reason() != null
                    && (Verdict.HELD.contains(w.reason())
                        || Verdict.NEVER_STARTS.contains(w.reason())))
            .findFirst();
    return waiting.map(w ->
        new Trouble(
            Reason.NodesNotStarting,
            where + w.reason() + ": " + (w.message() == null ? "" : w.message()),
            false));
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
    Optional<Terminated> end =
        pod.container("start-task").flatMap(PodSeen.ContainerSeen::terminated);
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

  static Optional<Terminated> failedPackages(PodSeen pod) {
    return pod.container("packages")
        .flatMap(PodSeen.ContainerSeen::terminated)
        .filter(t -> t.exitCode() != 0);
  }

  /**
   * It ended so soon after it was made that the next would probably do the same; not where it was
   * thrown out, which can happen to any.
   */
  static boolean neverRan(PodSeen pod) {
    return !pod.disrupted()
        && !"Evicted".equals(pod.reason())
        && Duration.between(pod.created(), pod.lastEnd()).compareTo(YOUNG) < 0;
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
