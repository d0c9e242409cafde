package io.poolwright.plan.pool;

import io.poolwright.api.Condition;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.api.pool.PoolStatus.AllocationState;
import io.poolwright.api.pool.PoolStatus.ResizeError;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.pool.PoolTrouble.Trouble;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a pool says of itself: its status, and events for what has changed. */
final class PoolSay {
  private static final Set<String> CALM = Set.of(Reason.Steady.name(), Reason.Resizing.name());

  /** What may be wrong with a pool that has all its nodes. */
  private static final Set<Reason> NOT_OF_SIZE = Set.of(Reason.AutoScaleFailed, Reason.LendRefused);

  private final PoolSeen seen;
  private final Pool pool;
  private final PoolSpec spec;
  private final PoolStatus status;
  private final List<PoolNode> nodes;
  private final Autoscaling.Decided wanted;
  private final Resizing.Aim aim;
  private final List<PoolStatus.Restart> restarting;
  private final Optional<String> note;

  /**
   * @param note what a user should know and does not keep the pool from being whole
   */
  PoolSay(
      PoolSeen seen,
      List<PoolNode> nodes,
      Autoscaling.Decided wanted,
      Resizing.Aim aim,
      List<PoolStatus.Restart> restarting,
      Optional<String> note) {
    this.seen = seen;
    this.pool = seen.pool();
    this.spec = pool.getSpec();
    this.status = pool.statusOrNew();
    this.nodes = nodes;
    this.wanted = wanted;
    this.aim = aim;
    this.restarting = restarting;
    this.note = note;
  }

  /**
   * @param whole whether the pool has its target, and each node takes tasks
   * @param settled whether nothing is being made or taken away any more
   * @param last the highest number that a node was given
   * @param used slots in use, those of tasks that start now included
   * @param takers nodes that take tasks: one that is to go is ready and does not
   */
  PoolStatus status(
      Optional<Trouble> trouble, boolean whole, boolean settled, int last, int used, int takers) {
    Map<String, Integer> counts = new TreeMap<>();
    nodes.forEach(n -> counts.merge(n.state().azureName(), 1, Integer::sum));
    absent().forEach(n -> counts.merge(n.state().azureName(), 1, Integer::sum));
    AllocationState allocation = allocation(settled);
    int ready = (int) nodes.stream().filter(PoolNode::takesTasks).count();
    return new PoolStatus(
        pool.getMetadata().getGeneration(),
        allocation,
        allocation == status.allocationState()
            ? status.allocationStateTransitionTime()
            : seen.now().toString(),
        wanted.dedicated(),
        wanted.lowPriority(),
        PoolSizing.count(nodes, false),
        PoolSizing.count(nodes, true),
        Names.dedicatedNodesOf(pool.getMetadata().getName()),
        ready,
        used,
        ready * spec.slotsPerNode(),
        counts,
        new NodeReports(seen, nodes, absent()).say(),
        restarting,
        last,
        aim.resize(),
        wanted.run(),
        wanted.samples().written(),
        trouble
            .filter(t -> !NOT_OF_SIZE.contains(t.reason()))
            .map(t -> List.of(new ResizeError(t.reason().name(), t.message())))
            .orElse(List.of()),
        conditions(trouble, whole, takers));
  }

  private List<NodeReports.Absent> absent() {
    return restarting.stream()
        .filter(r -> nodes.stream().noneMatch(n -> n.pod().number() == r.node()))
        .map(r ->
            new NodeReports.Absent(Names.nodePod(pool.getMetadata().getName(), r.node()), state(r)))
        .toList();
  }

  private static NodeState state(PoolStatus.Restart restart) {
    return switch (restart.action()) {
      case REBOOT -> NodeState.REBOOTING;
      case REIMAGE -> NodeState.REIMAGING;
    };
  }

  /** A resize that was stopped is over when what it had begun is done. */
  private AllocationState allocation(boolean settled) {
    if (settled) {
      return AllocationState.STEADY;
    }
    return aim.stopped() ? AllocationState.STOPPING : AllocationState.RESIZING;
  }

  private List<Condition> conditions(Optional<Trouble> trouble, boolean whole, int takers) {
    Conditions conditions =
        new Conditions(status.conditions(), pool.getMetadata().getGeneration(), seen.now());
    if (trouble.isPresent()) {
      Trouble t = trouble.get();
      return t.stuck()
          ? conditions.stalled(t.reason(), t.message())
          : conditions.progressing(t.reason(), t.message());
    }
    int target = wanted.dedicated() + wanted.lowPriority();
    long disabled = nodes.stream().filter(PoolNode::disabled).count();
    String size =
        takers
            + " of "
            + target
            + " nodes ready"
            + (disabled == 0 ? "" : ", " + disabled + " disabled by request")
            + note.map(n -> ". " + n).orElse("");
    return whole
        ? conditions.ready(Reason.Steady, size)
        : conditions.progressing(Reason.Resizing, size);
  }

  /**
   * @param lost nodes that ended although nobody asked them to, and are replaced
   */
  List<EventToSay> events(PoolStatus say, List<PoolNode> lost) {
    List<EventToSay> events = new ArrayList<>();
    lost.stream()
        .filter(n -> !n.pod().deleting())
        .forEach(n ->
            events.add(
                new EventToSay(
                    true,
                    Reason.NodeLost,
                    "Node "
                        + n.pod().name()
                        + (n.state() == NodeState.PREEMPTED ? " was preempted (" : " ended (")
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
                    !CALM.contains(now.reason()),
                    Reason.valueOf(now.reason()),
                    now.message() == null ? "" : now.message())));
    return events;
  }

  private static String orPhase(PodSeen pod) {
    return pod.reason() == null
        ? pod.phase().name()
        : pod.reason() + (pod.message() == null ? "" : ": " + pod.message());
  }
}
