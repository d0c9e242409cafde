package io.poolwright.plan;

import static java.util.stream.Collectors.toSet;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.PoolSpec.ApplicationPackageReference;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.api.pool.PoolStatus.AllocationState;
import io.poolwright.api.pool.PoolStatus.ResizeError;
import io.poolwright.plan.Assignment.Room;
import io.poolwright.pods.CommandLine;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.PodSeen.Waiting;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.StageReport;
import io.poolwright.snapshot.WaitingTask;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How many nodes a pool has, which go, and which tasks start where. */
public final class PoolSizing {
  /** Node pods made in one pass: a large resize goes in waves. */
  static final int WAVE = 50;

  /**
   * A node that could not get its packages is tried again after this long: the user may mend the
   * object meanwhile.
   */
  static final Duration PACKAGE_PAUSE = Duration.ofSeconds(20);

  /** After the API server refused a node pod. */
  static final Duration REFUSAL_PAUSE = Duration.ofSeconds(10);

  private record Node(PodSeen pod, NodeState state, int used) {}

  private record Trouble(Reason reason, String message, boolean stuck) {}

  private final PoolSeen seen;
  private final Pool pool;
  private final PoolSpec spec;
  private final PoolStatus status;
  private final List<Node> nodes;

  private PoolSizing(PoolSeen seen) {
    this.seen = seen;
    this.pool = seen.pool();
    this.spec = pool.getSpec();
    this.status = pool.statusOrNew();
    this.nodes =
        seen.nodes().stream()
            .map(p -> new Node(p, NodeState.of(p, seen.used(p.name())), seen.used(p.name())))
            .sorted(Comparator.comparingInt(n -> n.pod().number()))
            .toList();
  }

  public static PoolPlan decide(PoolSeen seen) {
    return new PoolSizing(seen).decide();
  }

  private PoolPlan decide() {
    Optional<Trouble> mistake = mistake();
    List<Node> worn = nodes.stream().filter(this::wornOut).toList();
    List<Node> staying =
        nodes.stream()
            .filter(n -> n.state() != NodeState.LEAVING_POOL && !worn.contains(n))
            .toList();
    List<Node> surplus =
        staying.stream()
            .sorted(firstToGo())
            .limit(Math.max(0, staying.size() - spec.targetDedicatedNodes()))
            .toList();
    Set<String> leaving = new HashSet<>(surplus.stream().map(n -> n.pod().name()).toList());
    int missing =
        mistake.isPresent() ? 0 : Math.max(0, spec.targetDedicatedNodes() - staying.size());
    int last =
        Math.max(
            status.lastNode() == null ? 0 : status.lastNode(),
            nodes.stream().mapToInt(n -> n.pod().number()).max().orElse(0));
    List<Integer> create =
        IntStream.rangeClosed(last + 1, last + Math.min(missing, WAVE)).boxed().toList();
    List<PodSeen> delete =
        Stream.concat(worn.stream(), surplus.stream().filter(n -> n.used() == 0))
            .map(Node::pod)
            .filter(p -> !p.deleting())
            .toList();
    List<Room> rooms =
        staying.stream()
            .filter(n ->
                n.state().takesTasks()
                    && !leaving.contains(n.pod().name())
                    && n.used() < spec.slotsPerNode())
            .map(n -> new Room(n.pod().name(), spec.slotsPerNode() - n.used(), n.used()))
            .toList();
    List<Assignment.Assigned> assign = Assignment.decide(rooms, seen.waiting(), spec.packs());
    int used = slotsOf(assign) + nodes.stream().mapToInt(Node::used).sum();
    PoolStatus say = say(mistake.or(this::trouble), staying, create, used);
    List<EventToSay> events = events(say, worn);
    return new PoolPlan(
        create, delete, assign, say.equals(status) ? null : say, events, again(missing));
  }

  private int slotsOf(List<Assignment.Assigned> assigned) {
    Set<String> names = assigned.stream().map(Assignment.Assigned::task).collect(toSet());
    return seen.waiting().stream()
        .filter(t -> names.contains(t.name()))
        .mapToInt(WaitingTask::slots)
        .sum();
  }

  /**
   * Ended pods whose place is to be taken by a new one: all but a failed start task's, and a failed
   * package's only after a pause.
   */
  private boolean wornOut(Node node) {
    if (node.state() != NodeState.UNUSABLE) {
      return false;
    }
    Optional<Terminated> packages = failedPackages(node.pod());
    return packages
        .map(t -> !finished(t, node.pod()).plus(PACKAGE_PAUSE).isAfter(seen.now()))
        .orElse(true);
  }

  private static Optional<Terminated> failedPackages(PodSeen pod) {
    return pod.container("packages")
        .flatMap(PodSeen.ContainerSeen::terminated)
        .filter(t -> t.exitCode() != 0);
  }

  private static Instant finished(Terminated end, PodSeen pod) {
    return end.finishedAt() == null ? pod.created() : Instant.parse(end.finishedAt());
  }

  /** Idle ones first, of these the ones that are not ready, of these the youngest. */
  private static Comparator<Node> firstToGo() {
    return Comparator.comparingInt((Node n) -> n.used() > 0 ? 1 : 0)
        .thenComparingInt(n -> n.state().takesTasks() ? 1 : 0)
        .thenComparingInt(n -> -n.pod().number());
  }

  /** What the user wrote that no node can be made of. */
  private Optional<Trouble> mistake() {
    for (int i = 0; i < spec.applicationPackageReferences().size(); i++) {
      ApplicationPackageReference reference = spec.applicationPackageReferences().get(i);
      ApplicationPackage found = seen.packages().get(reference.applicationId());
      String field = "spec.applicationPackageReferences[" + i + "]: ";
      if (found == null) {
        return Optional.of(
            new Trouble(
                Reason.PackageNotFound,
                field
                    + "ApplicationPackage "
                    + reference.applicationId()
                    + " does not exist in this namespace",
                false));
      }
      if (found.getSpec().version(reference.version()).isEmpty()) {
        String which =
            reference.version() == null
                ? "a default version; set defaultVersion there, or version here"
                : "version " + reference.version();
        return Optional.of(
            new Trouble(
                Reason.PackageNotFound,
                field
                    + "ApplicationPackage "
                    + reference.applicationId()
                    + " does not have "
                    + which,
                false));
      }
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

  /** Why nodes that should be there are not, in the words of who refuses. */
  private Optional<Trouble> trouble() {
    if (seen.refusal() != null && nodes.size() < spec.targetDedicatedNodes()) {
      return Optional.of(
          new Trouble(Reason.PodRejected, "A node pod was refused: " + seen.refusal(), true));
    }
    for (Node node : nodes) {
      Optional<Trouble> found = troubleOf(node);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Trouble> troubleOf(Node node) {
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
    if (pod.unschedulable() != null && node.state() == NodeState.CREATING) {
      return Optional.of(
          new Trouble(Reason.NodesUnschedulable, where + pod.unschedulable(), false));
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
        + ". Mend startTask and delete the pod, or scale the pool down and up, to try again";
  }

  private PoolStatus say(
      Optional<Trouble> trouble, List<Node> staying, List<Integer> create, int used) {
    Map<String, Integer> counts = new TreeMap<>();
    nodes.forEach(n -> counts.merge(n.state().azureName(), 1, Integer::sum));
    int ready = (int) nodes.stream().filter(n -> n.state().takesTasks()).count();
    boolean leaving = nodes.stream().anyMatch(n -> n.state() == NodeState.LEAVING_POOL);
    boolean whole =
        ready == spec.targetDedicatedNodes()
            && staying.size() == spec.targetDedicatedNodes()
            && !leaving;
    Conditions conditions =
        new Conditions(status.conditions(), pool.getMetadata().getGeneration(), seen.now());
    String size = ready + " of " + spec.targetDedicatedNodes() + " nodes ready";
    List<io.poolwright.api.Condition> say;
    if (trouble.isPresent()) {
      Trouble t = trouble.get();
      say =
          t.stuck()
              ? conditions.stalled(t.reason(), t.message())
              : conditions.progressing(t.reason(), t.message());
    } else {
      say =
          whole
              ? conditions.ready(Reason.Steady, size)
              : conditions.progressing(Reason.Resizing, size);
    }
    List<ResizeError> errors =
        trouble
            .map(t -> List.of(new ResizeError(t.reason().name(), t.message())))
            .orElse(List.of());
    Integer last = create.isEmpty() ? status.lastNode() : create.getLast();
    int highest = nodes.stream().mapToInt(n -> n.pod().number()).max().orElse(0);
    return new PoolStatus(
        pool.getMetadata().getGeneration(),
        whole ? AllocationState.STEADY : AllocationState.RESIZING,
        nodes.size(),
        Names.nodesOf(pool.getMetadata().getName()),
        ready,
        used,
        ready * spec.slotsPerNode(),
        counts,
        Math.max(last == null ? 0 : last, highest),
        errors,
        say);
  }

  private List<EventToSay> events(PoolStatus say, List<Node> worn) {
    List<EventToSay> events = new ArrayList<>();
    worn.stream()
        .filter(n -> failedPackages(n.pod()).isEmpty() && !n.pod().deleting())
        .forEach(n ->
            events.add(
                new EventToSay(
                    true,
                    Reason.NodeLost,
                    "Node "
                        + n.pod().name()
                        + " ended ("
                        + orPhase(n.pod())
                        + "); another takes its place")));
    Conditions.find(say.conditions(), Conditions.READY)
        .filter(now ->
            Conditions.find(status.conditions(), Conditions.READY)
                .map(before -> !before.reason().equals(now.reason()))
                .orElse(true))
        .ifPresent(now ->
            events.add(
                new EventToSay(
                    !isCalm(now.reason()),
                    Reason.valueOf(now.reason()),
                    now.message() == null ? "" : now.message())));
    return events;
  }

  private static boolean isCalm(String reason) {
    return reason.equals(Reason.Steady.name()) || reason.equals(Reason.Resizing.name());
  }

  private static String orPhase(PodSeen pod) {
    return pod.reason() == null
        ? pod.phase().name()
        : pod.reason() + (pod.message() == null ? "" : ": " + pod.message());
  }

  private @Nullable Duration again(int missing) {
    if (missing > WAVE) {
      return Duration.ofMillis(500);
    }
    boolean packages =
        nodes.stream()
            .anyMatch(n -> n.state() == NodeState.UNUSABLE && failedPackages(n.pod()).isPresent());
    if (packages) {
      return Duration.ofSeconds(5);
    }
    return seen.refusal() != null && missing > 0 ? REFUSAL_PAUSE : null;
  }
}
