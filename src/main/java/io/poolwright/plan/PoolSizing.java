package io.poolwright.plan;

import static java.util.stream.Collectors.toSet;

import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.api.pool.PoolStatus.AllocationState;
import io.poolwright.api.pool.PoolStatus.ResizeError;
import io.poolwright.plan.Assignment.Room;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
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
   * A node that could not get its packages, or did not start at all, is tried again after this
   * long: the user may mend what is wrong meanwhile.
   */
  static final Duration NODE_PAUSE = Duration.ofSeconds(20);

  /** After the API server refused a node pod. */
  static final Duration REFUSAL_PAUSE = Duration.ofSeconds(10);

  private final PoolSeen seen;
  private final Pool pool;
  private final PoolSpec spec;
  private final PoolStatus status;
  private final List<PoolNode> nodes;
  private final NodeRestarts restarts;

  private PoolSizing(PoolSeen seen) {
    this.seen = seen;
    this.pool = seen.pool();
    this.spec = pool.getSpec();
    this.status = pool.statusOrNew();
    this.restarts = new NodeRestarts(seen);
    this.nodes =
        seen.nodes().stream()
            .map(p -> new PoolNode(p, state(p), seen.used(p.name())))
            .sorted(Comparator.comparingInt(n -> n.pod().number()))
            .toList();
  }

  private NodeState state(PodSeen pod) {
    return restarts.state(pod).orElseGet(() -> NodeState.of(pod, seen.used(pod.name())));
  }

  public static PoolPlan decide(PoolSeen seen) {
    return new PoolSizing(seen).decide();
  }

  private PoolPlan decide() {
    PoolTrouble trouble = new PoolTrouble(seen, nodes);
    Optional<PoolTrouble.Trouble> mistake = trouble.ofSpec();
    List<PoolNode> worn = nodes.stream().filter(this::wornOut).toList();
    List<PoolNode> staying =
        nodes.stream()
            .filter(n -> n.state() != NodeState.LEAVING_POOL && !worn.contains(n))
            .toList();
    int size = staying.size() + restarts.absent().size();
    List<PoolNode> surplus =
        staying.stream()
            .filter(n -> restarts.state(n.pod()).isEmpty())
            .sorted(firstToGo())
            .limit(Math.max(0, size - spec.targetDedicatedNodes()))
            .toList();
    Set<String> leaving = new HashSet<>(surplus.stream().map(n -> n.pod().name()).toList());
    int missing = mistake.isPresent() ? 0 : Math.max(0, spec.targetDedicatedNodes() - size);
    int last =
        Math.max(
            status.lastNode() == null ? 0 : status.lastNode(),
            nodes.stream().mapToInt(n -> n.pod().number()).max().orElse(0));
    List<Integer> create =
        IntStream.rangeClosed(last + 1, last + Math.min(missing, WAVE)).boxed().toList();
    NodeDeallocationOption how = spec.deallocation();
    List<PoolNode> mayGo =
        Stream.concat(surplus.stream(), nodes.stream().filter(n -> n.pod().leaving() != null))
            .filter(n -> n.used() == 0)
            .toList();
    List<PodSeen> delete =
        Stream.concat(worn.stream(), mayGo.stream().filter(n -> !keepsData(n)))
            .map(PoolNode::pod)
            .filter(p -> !p.deleting())
            .toList();
    List<PoolPlan.Mark> mark =
        surplus.stream()
            .filter(n -> how.stopsTasks() && n.used() > 0)
            .map(n -> new PoolPlan.Mark(n.pod(), how))
            .toList();
    List<String> wake =
        nodes.stream()
            .filter(n -> n.pod().evicts() != null && n.used() > 0)
            .map(n -> n.pod().name())
            .toList();
    List<Room> rooms =
        staying.stream()
            .filter(n ->
                n.takesTasks()
                    && !leaving.contains(n.pod().name())
                    && n.used() < spec.slotsPerNode())
            .map(n -> new Room(n.pod().name(), spec.slotsPerNode() - n.used(), n.used()))
            .toList();
    List<Assignment.Assigned> assign = Assignment.decide(rooms, seen.waiting(), spec.packs());
    int used = slotsOf(assign) + nodes.stream().mapToInt(PoolNode::used).sum();
    NodeReports reports = new NodeReports(seen, nodes, restarts.absent());
    NodeMarks marks =
        new NodeMarks(
            seen,
            nodes,
            delete.stream().map(PodSeen::name).collect(toSet()),
            assign.stream().map(Assignment.Assigned::node).collect(toSet()));
    PoolStatus say = say(mistake.or(trouble::ofNodes), size, create, used, reports);
    List<EventToSay> events = events(say, worn);
    events.addAll(restarts.events());
    events.addAll(reports.events());
    return new PoolPlan(
        create,
        mark,
        delete,
        Stream.concat(restarts.steps(mistake.isEmpty()).stream(), marks.steps().stream()).toList(),
        wake,
        assign,
        say.equals(status) ? null : say,
        events,
        Stream.of(Optional.ofNullable(again(missing, mayGo)), restarts.again(), marks.again())
            .flatMap(Optional::stream)
            .min(Comparator.naturalOrder())
            .orElse(null));
  }

  private int slotsOf(List<Assignment.Assigned> assigned) {
    Set<String> names = assigned.stream().map(Assignment.Assigned::task).collect(toSet());
    return seen.waiting().stream()
        .filter(t -> names.contains(t.name()))
        .mapToInt(WaitingTask::slots)
        .sum();
  }

  /**
   * Ended pods whose place is to be taken by a new one: all but a failed start task's; where the
   * next would probably end like it, only after a pause.
   */
  private boolean wornOut(PoolNode node) {
    return node.state() == NodeState.UNUSABLE
        && (!pausesFor(node) || !node.pod().lastEnd().plus(NODE_PAUSE).isAfter(seen.now()));
  }

  private static boolean pausesFor(PoolNode node) {
    return node.state() == NodeState.UNUSABLE
        && (PoolTrouble.failedPackages(node.pod()).isPresent() || PoolTrouble.neverRan(node.pod()));
  }

  /** Idle ones first, of these the ones that are not ready, of these the youngest. */
  private static Comparator<PoolNode> firstToGo() {
    return Comparator.comparingInt((PoolNode n) -> n.used() > 0 ? 1 : 0)
        .thenComparingInt(n -> n.state().takesTasks() ? 1 : 0)
        .thenComparingInt(n -> -n.pod().number());
  }

  private PoolStatus say(
      Optional<PoolTrouble.Trouble> trouble,
      int size,
      List<Integer> create,
      int used,
      NodeReports reports) {
    Map<String, Integer> counts = new TreeMap<>();
    nodes.forEach(n -> counts.merge(n.state().azureName(), 1, Integer::sum));
    restarts.absent().forEach(n -> counts.merge(n.state().azureName(), 1, Integer::sum));
    int ready = (int) nodes.stream().filter(PoolNode::takesTasks).count();
    int setAside = (int) nodes.stream().filter(PoolNode::isSetAside).count();
    boolean leaving = nodes.stream().anyMatch(n -> n.state() == NodeState.LEAVING_POOL);
    boolean whole =
        ready + setAside == spec.targetDedicatedNodes()
            && size == spec.targetDedicatedNodes()
            && !leaving;
    Conditions conditions =
        new Conditions(status.conditions(), pool.getMetadata().getGeneration(), seen.now());
    String summary =
        ready
            + " of "
            + spec.targetDedicatedNodes()
            + " nodes ready"
            + (setAside == 0 ? "" : ", " + setAside + " disabled")
            + wrongRequest();
    List<io.poolwright.api.Condition> say;
    if (trouble.isPresent()) {
      PoolTrouble.Trouble t = trouble.get();
      say =
          t.stuck()
              ? conditions.stalled(t.reason(), t.message())
              : conditions.progressing(t.reason(), t.message());
    } else {
      say =
          whole
              ? conditions.ready(Reason.Steady, summary)
              : conditions.progressing(Reason.Resizing, summary);
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
        nodes.size() + restarts.absent().size(),
        Names.nodesOf(pool.getMetadata().getName()),
        ready,
        used,
        ready * spec.slotsPerNode(),
        counts,
        reports.say(),
        restarts.say(),
        Math.max(last == null ? 0 : last, highest),
        errors,
        say);
  }

  private String wrongRequest() {
    return nodes.stream()
        .flatMap(n ->
            NodeReports.wrongRequest(n.pod())
                .map(e -> ". Node " + n.pod().name() + ": " + e.message())
                .stream())
        .findFirst()
        .orElse("");
  }

  private List<EventToSay> events(PoolStatus say, List<PoolNode> worn) {
    List<EventToSay> events = new ArrayList<>();
    worn.stream()
        .filter(n -> !pausesFor(n) && !n.pod().deleting())
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

  private boolean keepsData(PoolNode node) {
    return seen.keptUntil().getOrDefault(node.pod().name(), Instant.MIN).isAfter(seen.now());
  }

  private @Nullable Duration again(int missing, List<PoolNode> mayGo) {
    if (missing > WAVE) {
      return Duration.ofMillis(500);
    }
    Optional<Instant> data =
        mayGo.stream()
            .filter(this::keepsData)
            .map(n -> seen.keptUntil().getOrDefault(n.pod().name(), seen.now()))
            .min(Comparator.naturalOrder());
    if (data.isPresent()) {
      return Duration.between(seen.now(), data.get()).plusSeconds(1);
    }
    if (nodes.stream().anyMatch(PoolSizing::pausesFor)) {
      return Duration.ofSeconds(5);
    }
    return seen.refusal() != null && missing > 0 ? REFUSAL_PAUSE : null;
  }
}
