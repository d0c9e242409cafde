package io.poolwright.plan.pool;

import static java.util.stream.Collectors.toSet;

import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.pool.Assignment.Room;
import io.poolwright.plan.pool.PoolTrouble.Trouble;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.Refusal;
import io.poolwright.snapshot.WaitingTask;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** Nobody tells when a claim is gone. */
  private static final Duration CLAIM_PAUSE = Duration.ofSeconds(1);

  /** Tasks that wait for a node to be prepared are looked at again even if nobody says a word. */
  private static final Duration HOLD_PAUSE = Duration.ofSeconds(10);

  private final PoolSeen seen;
  private final PoolSpec spec;
  private final PoolStatus status;
  private final List<PoolNode> nodes;
  private final Autoscaling.Decided wanted;
  private final PoolTrouble trouble;
  private final Optional<Trouble> ofNodes;
  private final NodeRestarts.Decided restarts;
  private final List<PoolNode> worn;
  private final List<PoolNode> staying;
  private final boolean whole;
  private final Resizing resizing;
  private final Resizing.Aim aim;
  private final List<PoolNode> surplus;
  private final List<PoolNode> mayGo;
  private final List<PoolPlan.Resize> resize;

  /** What is there, what is wanted, and who stays: each from those before it. */
  private PoolSizing(PoolSeen seen) {
    this.seen = seen;
    this.spec = seen.pool().getSpec();
    this.status = seen.pool().statusOrNew();
    this.nodes =
        seen.nodes().stream()
            .map(p -> PoolNode.of(p, seen.used(p.name())))
            .sorted(Comparator.comparingInt(n -> n.pod().number()))
            .toList();
    this.wanted = Autoscaling.decide(seen, nodes);
    this.trouble = new PoolTrouble(seen, nodes);
    this.restarts = NodeRestarts.decide(seen, nodes);
    this.worn = nodes.stream().filter(n -> !n.restarts() && wornOut(n)).toList();
    this.staying = nodes.stream().filter(n -> !n.state().goes() && !worn.contains(n)).toList();
    this.ofNodes =
        trouble.ofNodes(
            !restarts.create().isEmpty()
                || lacks(false, wanted.dedicated())
                || lacks(true, wanted.lowPriority()));
    this.whole = restarts.underWay().isEmpty() && isWhole();
    this.resizing = new Resizing(seen, nodes, restarts, wanted.dedicated(), wanted.lowPriority());
    this.aim = resizing.decide(whole, ofNodes.map(Trouble::message));
    this.surplus = surplus();
    this.mayGo =
        Stream.concat(surplus.stream(), nodes.stream().filter(n -> n.pod().leaving() != null))
            .filter(n -> n.used() == 0)
            .toList();
    Lending lending = new Lending(spec.slotsPerNode());
    this.resize = spec.lends() ? lending.decide(nodes, seen.running()) : lending.takeBack(nodes);
  }

  public static PoolPlan decide(PoolSeen seen) {
    return new PoolSizing(seen).decide();
  }

  private PoolPlan decide() {
    Optional<Trouble> mistake = trouble.ofSpec().or(trouble::ofNetwork);
    List<PoolPlan.NewNode> create =
        mistake.isPresent() || pausesAfterRefusal() ? List.of() : create();
    List<Room> takers = takers();
    List<Room> rooms = takers.stream().filter(r -> r.freeSlots() > 0).toList();
    Preemption preemption = new Preemption(seen.preemptible(), takers);
    List<Assignment.Assigned> assign =
        Assignment.decide(
            rooms, seen.waiting(), spec.packs(), seen.left(), seen.standings(), preemption, takers);
    Placed placed = Placed.of(assign, seen);
    List<Assignment.Assigned> hold =
        Stream.concat(placed.hold().stream(), preemption.hold().stream()).toList();
    List<PodSeen> delete = delete();
    List<PoolPlan.Mark> mark = marked();
    List<PodSeen> going =
        Stream.concat(delete.stream(), mark.stream().map(PoolPlan.Mark::node)).toList();
    NodeMarks marks =
        new NodeMarks(
            seen,
            nodes,
            delete.stream().map(PodSeen::name).collect(toSet()),
            assign.stream().map(Assignment.Assigned::node).collect(toSet()));
    PoolSay say = new PoolSay(seen, nodes, wanted, aim, restarts.underWay(), trouble.ofRequests());
    int used = slotsOf(assign) + nodes.stream().mapToInt(PoolNode::used).sum();
    PoolStatus now =
        say.status(
            trouble(mistake, going), whole, isSettled(), lastNode(create), used, takers.size());
    List<EventToSay> events = new ArrayList<>(wanted.events());
    events.addAll(say.events(now, worn.stream().filter(n -> !pausesFor(n)).toList()));
    List<PoolNode> retaining = retaining();
    return new PoolPlan(
        create.stream().limit(WAVE).toList(),
        mark.stream().filter(m -> !pauses(m.node())).toList(),
        restarts.adopt().stream().filter(a -> !pausesFor(a)).toList(),
        delete.stream().filter(p -> !pauses(p)).toList(),
        marks.show(),
        nodes.stream().filter(PoolSizing::stopsTasks).map(n -> n.pod().name()).toList(),
        placed.start(),
        hold,
        preemption.victims(),
        preemption.kept(),
        preemption.wantsAttempts(),
        scarce(assign),
        retaining.stream().map(PoolNode::pod).toList(),
        resize,
        now.equals(status) ? null : now,
        events,
        again(create.size(), going, retaining, marks.again(), !hold.isEmpty()));
  }

  /** The first that there is to say; what the user wrote before what came of it. */
  private Optional<Trouble> trouble(Optional<Trouble> mistake, List<PodSeen> going) {
    return mistake
        .or(() -> stopped(aim))
        .or(() -> ofNodes)
        .or(() -> trouble.ofRemovals(going))
        .or(() -> Autoscaling.troubleOf(spec, wanted.run()))
        .or(trouble::ofLending);
  }

  private List<PodSeen> delete() {
    Stream<PoolNode> leaving = mayGo.stream().filter(n -> !retains(wanted.how()) || !keepsData(n));
    return Stream.concat(
            Stream.concat(worn.stream(), leaving).map(PoolNode::pod).filter(p -> !p.deleting()),
            restarts.delete().stream())
        .toList();
  }

  /** Nodes whose tasks are stopped before they go. */
  private List<PoolPlan.Mark> marked() {
    return surplus.stream()
        .filter(n -> wanted.how().stopsTasks() && n.used() > 0)
        .map(n -> new PoolPlan.Mark(n.pod(), wanted.how()))
        .toList();
  }

  /** Nodes that would go, but for the data that tasks left on them. */
  private List<PoolNode> retaining() {
    return Stream.concat(
            retains(wanted.how()) ? mayGo.stream() : Stream.empty(), restarts.retaining().stream())
        .toList();
  }

  private static boolean retains(NodeDeallocationOption how) {
    return how == NodeDeallocationOption.RETAINED_DATA;
  }

  private static boolean stopsTasks(PoolNode node) {
    boolean asked = node.request() != null && node.request().stopping() != null;
    return node.used() > 0 && (asked || node.pod().leaving() != null || node.pod().preempted());
  }

  private static Optional<Trouble> stopped(Resizing.Aim aim) {
    PoolStatus.Resize resize = aim.resize();
    return resize == null || resize.stoppedBy() == null
        ? Optional.empty()
        : Optional.of(
            new Trouble(
                Reason.valueOf(resize.stoppedBy()),
                resize.message() == null ? "" : resize.message(),
                true));
  }

  private boolean isWhole() {
    return count(staying, false) == wanted.dedicated()
        && count(staying, true) == wanted.lowPriority()
        && staying.stream().allMatch(n -> n.takesTasks() || n.disabled())
        && staying.stream().noneMatch(this::isNamed)
        && nodes.stream().noneMatch(n -> n.state() == NodeState.LEAVING_POOL);
  }

  /** Whether nothing is being made or taken away any more, whatever each node is worth. */
  private boolean isSettled() {
    return restarts.underWay().isEmpty()
        && count(staying, false) == aim.dedicated()
        && count(staying, true) == aim.lowPriority()
        && staying.stream().noneMatch(n -> n.state().begins() || isNamed(n))
        && nodes.stream().noneMatch(n -> n.state().goes());
  }

  private boolean lacks(boolean spot, int target) {
    List<PoolNode> kept = staying.stream().filter(n -> !isNamed(n)).toList();
    return count(kept, spot) + restarts.coming(spot) < target;
  }

  static int count(List<PoolNode> nodes, boolean spot) {
    return (int) nodes.stream().filter(n -> n.pod().spot() == spot).count();
  }

  private boolean isNamed(PoolNode node) {
    return spec.removeNodes().contains(node.pod().name());
  }

  /** Those that the user names, and of the others as many of each kind as there are too many. */
  private List<PoolNode> surplus() {
    List<PoolNode> others = staying.stream().filter(n -> !isNamed(n)).toList();
    List<PoolNode> surplus = new ArrayList<>(staying.stream().filter(this::isNamed).toList());
    for (boolean spot : new boolean[] {false, true}) {
      others.stream()
          .filter(n -> n.pod().spot() == spot)
          // One that is being made anew goes when that is done, or it would come again.
          .filter(n -> !restarts.numbers().contains(n.pod().number()))
          .sorted(firstToGo())
          .limit(Math.max(0, count(others, spot) + restarts.coming(spot) - aim.of(spot)))
          .forEach(surplus::add);
    }
    return surplus;
  }

  /** All that are missing; numbers are not used twice. */
  private List<PoolPlan.NewNode> create() {
    int last =
        Math.max(
            status.lastNode() == null ? 0 : status.lastNode(),
            nodes.stream().mapToInt(n -> n.pod().number()).max().orElse(0));
    List<PoolPlan.NewNode> create = new ArrayList<>(restarts.create());
    for (boolean spot : new boolean[] {false, true}) {
      int there = count(staying, spot) - count(surplus, spot) + restarts.coming(spot);
      for (int i = there; i < aim.of(spot); i++) {
        last++;
        create.add(new PoolPlan.NewNode(last, spot));
      }
    }
    return create;
  }

  private boolean pausesAfterRefusal() {
    return seen.refusal() != null && seen.refusal().pauses(seen.now());
  }

  private boolean pausesFor(PoolPlan.Adopt adopt) {
    return nodes.stream()
        .anyMatch(n -> adopt.claim().equals(Names.nodeClaim(n.pod().name())) && pauses(n.pod()));
  }

  /** What was refused lately is not asked again at once. */
  private boolean pauses(PodSeen node) {
    Refusal refused = seen.stuck().get(node.name());
    return refused != null && refused.pauses(seen.now());
  }

  /**
   * What was refused is tried again under the same number: the pool would otherwise say something
   * new each time, and each time look again at once.
   */
  private int lastNode(List<PoolPlan.NewNode> create) {
    boolean counts = seen.refusal() == null && !create.isEmpty();
    int made = counts ? create.get(Math.min(WAVE, create.size()) - 1).number() : 0;
    int highest = nodes.stream().mapToInt(n -> n.pod().number()).max().orElse(0);
    return Math.max(Math.max(made, highest), status.lastNode() == null ? 0 : status.lastNode());
  }

  /** Nodes that take tasks, those that have no room now among them. */
  private List<Room> takers() {
    return taking()
        .map(
            n -> new Room(n.pod().name(), spec.slotsPerNode() - n.used(), n.used(), n.pod().spot()))
        .toList();
  }

  private Stream<PoolNode> taking() {
    Set<String> leaving = surplus.stream().map(n -> n.pod().name()).collect(toSet());
    return staying.stream()
        .filter(n -> n.takesTasks() && !leaving.contains(n.pod().name()))
        // What is begun is done, also where the request is taken back meanwhile.
        .filter(n -> !restarts.numbers().contains(n.pod().number()));
  }

  private Set<String> scarce(List<Assignment.Assigned> assigned) {
    Set<String> started = assigned.stream().map(Assignment.Assigned::task).collect(toSet());
    return seen.waiting().stream()
        .filter(t -> t.instances() > 1 && !started.contains(t.name()))
        .map(WaitingTask::name)
        .collect(toSet());
  }

  private static int slotsOf(List<Assignment.Assigned> assigned) {
    return assigned.stream().mapToInt(a -> a.waits().slots()).sum();
  }

  /**
   * Ended pods whose place is to be taken by a new one: all but a failed start task's; where the
   * next would probably end like it, only after a pause.
   */
  private boolean wornOut(PoolNode node) {
    return (node.state() == NodeState.PREEMPTED && node.pod().ended())
        || (node.state() == NodeState.UNUSABLE
            && (!pausesFor(node) || !node.pod().lastEnd().plus(NODE_PAUSE).isAfter(seen.now())));
  }

  private static boolean pausesFor(PoolNode node) {
    return node.state() == NodeState.UNUSABLE
        && (PoolTrouble.failedStaging(node.pod()).isPresent() || PoolTrouble.neverRan(node.pod()));
  }

  /**
   * Those with a job manager last (section 3.4). Of the others those where least runs first, of
   * idle ones those that are not ready, of all that are alike the youngest.
   */
  private Comparator<PoolNode> firstToGo() {
    return Comparator.comparingInt(
            (PoolNode n) -> seen.loadOf(n.pod().name()).managers() > 0 ? 1 : 0)
        .thenComparingInt(PoolNode::used)
        .thenComparingInt(n -> n.takesTasks() ? 1 : 0)
        .thenComparingInt(n -> -n.pod().number());
  }

  private boolean keepsData(PoolNode node) {
    return seen.keptUntil().getOrDefault(node.pod().name(), Instant.MIN).isAfter(seen.now());
  }

  private @Nullable Duration again(
      int missing,
      List<PodSeen> going,
      List<PoolNode> retaining,
      Optional<Duration> ofMarks,
      boolean holds) {
    List<Duration> all = new ArrayList<>();
    if (holds) {
      all.add(HOLD_PAUSE);
    }
    if (missing > WAVE) {
      all.add(Duration.ofMillis(500));
    }
    retaining.stream()
        .filter(this::keepsData)
        .map(n -> seen.keptUntil().getOrDefault(n.pod().name(), seen.now()))
        .min(Comparator.naturalOrder())
        .ifPresent(data -> all.add(Duration.between(seen.now(), data).plusSeconds(1)));
    if (nodes.stream().anyMatch(PoolSizing::pausesFor)) {
      all.add(Duration.ofSeconds(5));
    }
    if (!resize.isEmpty()) {
      // Nobody tells when it was in vain.
      all.add(Refusal.PAUSE);
    }
    if (going.stream().anyMatch(p -> seen.stuck().containsKey(p.name()))
        || seen.obstacle() != null) {
      all.add(Refusal.PAUSE);
    }
    if (seen.refusal() != null) {
      Duration since = Duration.between(seen.refusal().at(), seen.now());
      all.add(pausesAfterRefusal() ? Refusal.PAUSE.minus(since).plusMillis(10) : Refusal.PAUSE);
    }
    trouble
        .orSooner(resizing.deadline(aim))
        .ifPresent(d -> all.add(Duration.between(seen.now(), d).plusMillis(10)));
    Optional.ofNullable(wanted.again()).ifPresent(all::add);
    ofMarks.ifPresent(all::add);
    if (!restarts.waiting().isEmpty()) {
      all.add(CLAIM_PAUSE);
    }
    return all.stream().min(Comparator.naturalOrder()).orElse(null);
  }
}
