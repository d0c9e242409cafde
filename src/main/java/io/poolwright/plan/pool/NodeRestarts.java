package io.poolwright.plan.pool;

import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.PoolStatus.Restart;
import io.poolwright.api.pool.PoolStatus.RestartAction;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.ClaimSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Nodes that are made anew under their own number (decision 7). What is under way is in the pool's
 * status before a pod is deleted, so that an operator that starts in between goes on: the pod goes,
 * another of its name comes, and where the node's directory is kept its claim belongs to the pool
 * meanwhile.
 */
final class NodeRestarts {
  private final PoolSeen seen;
  private final List<PoolNode> nodes;
  private final boolean shared;

  private final List<Restart> underWay = new ArrayList<>();
  private final List<PoolPlan.NewNode> create = new ArrayList<>();
  private final List<Restart> waiting = new ArrayList<>();
  private final List<PodSeen> delete = new ArrayList<>();
  private final List<PoolPlan.Adopt> adopt = new ArrayList<>();

  private NodeRestarts(PoolSeen seen, List<PoolNode> nodes) {
    this.seen = seen;
    this.nodes = nodes;
    this.shared = seen.pool().getSpec().node().directoryOrDefault().shared();
  }

  /**
   * What is to be done about them.
   *
   * @param underWay what is to be remembered
   * @param create of nodes whose pod is gone
   * @param waiting those whose pod is gone, and whose old directory has to go before another comes
   * @param adopt before anything is deleted
   * @param retaining nodes that begin when the data of what they ran may go
   */
  record Decided(
      List<Restart> underWay,
      List<PoolPlan.NewNode> create,
      List<Restart> waiting,
      List<PodSeen> delete,
      List<PoolPlan.Adopt> adopt,
      List<PoolNode> retaining) {

    /** Nodes that have no pod now and will have one. */
    int coming(boolean spot) {
      return (int)
          (create.stream().filter(n -> n.spot() == spot).count()
              + waiting.stream().filter(r -> r.spot() == spot).count());
    }

    Set<Integer> numbers() {
      return underWay.stream().map(Restart::node).collect(Collectors.toSet());
    }
  }

  static Decided decide(PoolSeen seen, List<PoolNode> nodes) {
    NodeRestarts restarts = new NodeRestarts(seen, nodes);
    seen.pool().statusOrNew().restarting().forEach(restarts::goOn);
    List<PoolNode> asked = nodes.stream().filter(restarts::isAsked).toList();
    asked.stream().filter(n -> !restarts.keepsData(n)).forEach(restarts::begin);
    return new Decided(
        List.copyOf(restarts.underWay),
        List.copyOf(restarts.create),
        List.copyOf(restarts.waiting),
        List.copyOf(restarts.delete),
        List.copyOf(restarts.adopt),
        asked.stream().filter(NodeRestarts::retains).toList());
  }

  private void goOn(Restart restart) {
    Optional<PodSeen> pod =
        nodes.stream().map(PoolNode::pod).filter(p -> p.number() == restart.node()).findFirst();
    boolean keeps = restart.action() == RestartAction.REBOOT && shared;
    if (pod.isPresent() && !pod.get().uid().equals(restart.uid())) {
      if (keeps) {
        adopt.add(new PoolPlan.Adopt(Names.nodeClaim(pod.get().name()), pod.get()));
      }
      return;
    }
    underWay.add(restart);
    if (pod.isEmpty()) {
      come(restart);
    } else if (!pod.get().deleting()) {
      if (keeps) {
        adopt.add(new PoolPlan.Adopt(Names.nodeClaim(pod.get().name()), null));
      }
      delete.add(pod.get());
    }
  }

  /**
   * Its claim may have gone with a pod that somebody deleted before it was the pool's; and while a
   * claim is there that is not the pool's, no other of its name can be made.
   */
  private void come(Restart restart) {
    String name = Names.nodePod(seen.pool().getMetadata().getName(), restart.node());
    ClaimSeen claim = shared ? seen.claims().getOrDefault(name, ClaimSeen.GOING) : ClaimSeen.ABSENT;
    if (claim == ClaimSeen.GOING) {
      waiting.add(restart);
    } else {
      create.add(new PoolPlan.NewNode(restart.node(), restart.spot(), claim == ClaimSeen.KEPT));
    }
  }

  private boolean isAsked(PoolNode node) {
    return node.restarts()
        && node.used() == 0
        && !node.pod().deleting()
        && node.pod().leaving() == null
        && underWay.stream().noneMatch(r -> r.node() == node.pod().number());
  }

  private static boolean retains(PoolNode node) {
    return node.request() != null && node.request().tasks() == NodeDeallocationOption.RETAINED_DATA;
  }

  private boolean keepsData(PoolNode node) {
    return retains(node)
        && seen.keptUntil().getOrDefault(node.pod().name(), Instant.MIN).isAfter(seen.now());
  }

  private void begin(PoolNode node) {
    boolean reboot = node.request() != null && node.request().verb() == NodeRequest.Verb.REBOOT;
    underWay.add(
        new Restart(
            node.pod().number(),
            reboot ? RestartAction.REBOOT : RestartAction.REIMAGE,
            node.pod().uid(),
            node.pod().spot()));
  }
}
