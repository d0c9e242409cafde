package io.poolwright.plan;

import io.poolwright.api.pool.PoolStatus.RestartAction;
import io.poolwright.api.pool.PoolStatus.Restarting;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.ClaimSeen;
import io.poolwright.snapshot.NodeRequest;
import io.poolwright.snapshot.NodeRequest.Verb;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that are rebooted or reimaged: first it stands in the pool's status, then the pod goes,
 * then one of the same name comes, then the status has it no more. Each look goes on from what it
 * sees, wherever the one before it stopped.
 */
final class NodeRestarts {
  /** Nobody tells when a claim is gone. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final PoolSeen seen;
  private final boolean keepsDirectory;
  private final Map<Integer, PodSeen> pods = new HashMap<>();
  private final Map<Integer, Restarting> underWay = new HashMap<>();
  private final List<NodeStep> steps = new ArrayList<>();
  private final List<EventToSay> events = new ArrayList<>();
  private @Nullable Instant dataUntil;

  NodeRestarts(PoolSeen seen) {
    this.seen = seen;
    keepsDirectory = seen.pool().getSpec().node().directoryOrDefault().shared();
    seen.nodes().forEach(p -> pods.put(p.number(), p));
    seen.pool().statusOrNew().restarting().forEach(this::goOn);
    seen.nodes().forEach(this::begin);
  }

  private void goOn(Restarting entry) {
    PodSeen pod = pods.get(entry.node());
    if (pod == null) {
      underWay.put(entry.node(), entry);
    } else if (pod.uid().equals(entry.podUid())) {
      underWay.put(entry.node(), entry);
      if (!pod.deleting() && seen.used(pod.name()) == 0) {
        steps.add(new NodeStep.Remove(pod, keeps(entry)));
      }
    } else if (keeps(entry)) {
      steps.add(new NodeStep.HandOver(pod));
    }
  }

  private boolean keeps(Restarting entry) {
    return keepsDirectory && entry.action() == RestartAction.REBOOT;
  }

  /** Nothing is done about it before the status says so. */
  private void begin(PodSeen pod) {
    Optional<NodeRequest> asked = pod.asked().filter(NodeRequest::restarts);
    if (asked.isEmpty()
        || pod.deleting()
        || pod.leaving() != null
        || underWay.containsKey(pod.number())
        || seen.used(pod.name()) > 0) {
      return;
    }
    Instant until = seen.keptUntil().getOrDefault(pod.name(), Instant.MIN);
    if (asked.get().option().keepsData() && until.isAfter(seen.now())) {
      dataUntil = dataUntil == null || until.isBefore(dataUntil) ? until : dataUntil;
      return;
    }
    boolean reboot = asked.get().verb() == Verb.REBOOT;
    underWay.put(
        pod.number(),
        new Restarting(
            pod.number(), reboot ? RestartAction.REBOOT : RestartAction.REIMAGE, pod.uid()));
    events.add(
        new EventToSay(
            false,
            Reason.NodeRestarting,
            "Node " + pod.name() + " is " + (reboot ? "rebooted" : "reimaged") + " as asked"));
  }

  /** The state of a node that is being restarted. */
  Optional<NodeState> state(PodSeen pod) {
    return Optional.ofNullable(underWay.get(pod.number())).map(NodeRestarts::state);
  }

  private static NodeState state(Restarting entry) {
    return entry.action() == RestartAction.REBOOT ? NodeState.REBOOTING : NodeState.REIMAGING;
  }

  /** A node whose pod is gone and has not come back. */
  record Absent(int number, String name, NodeState state) {}

  List<Absent> absent() {
    return say().stream()
        .filter(r -> !pods.containsKey(r.node()))
        .map(r -> new Absent(r.node(), name(r.node()), state(r)))
        .toList();
  }

  private String name(int number) {
    return Names.nodePod(seen.pool().getMetadata().getName(), number);
  }

  /**
   * @param mayMake whether a node pod can be made of the pool as it is
   */
  List<NodeStep> steps(boolean mayMake) {
    List<NodeStep> all = new ArrayList<>(steps);
    if (mayMake) {
      for (Absent node : absent()) {
        ClaimSeen claim =
            keepsDirectory
                ? seen.claims().getOrDefault(node.name(), ClaimSeen.GOING)
                : ClaimSeen.ABSENT;
        if (claim != ClaimSeen.GOING) {
          all.add(new NodeStep.Make(node.number(), claim == ClaimSeen.KEPT));
        }
      }
    }
    return all;
  }

  /** What the status is to say of them. */
  List<Restarting> say() {
    return underWay.values().stream().sorted(Comparator.comparingInt(Restarting::node)).toList();
  }

  List<EventToSay> events() {
    return events;
  }

  Optional<Duration> again() {
    if (!underWay.isEmpty()) {
      return Optional.of(LOOK_AGAIN);
    }
    return Optional.ofNullable(dataUntil)
        .map(until -> Duration.between(seen.now(), until).plusSeconds(1));
  }
}
