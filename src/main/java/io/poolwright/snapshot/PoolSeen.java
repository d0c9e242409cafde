package io.poolwright.snapshot;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.pool.Pool;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the decisions about one pool look at.
 *
 * @param nodes all node pods of the pool
 * @param usedSlots slots in use, by node; a node that is absent has none in use
 * @param loads what runs and ran on the nodes; a node that is absent never ran anything
 * @param claims the claims of nodes that are being restarted and whose pod is gone, by node
 * @param keptUntil when the data of what ran on a node may go, by node; only of nodes that have
 *     such data, and only where nodeDeallocationOption or a request asks for it
 * @param waiting the tasks that are next, in the order in which they are to run; not all that wait,
 *     but more than can be assigned at once
 * @param packages those that the pool refers to and that exist, by name
 * @param refusal what the API server said when it last refused a node pod; null where it did not
 */
public record PoolSeen(
    Pool pool,
    List<PodSeen> nodes,
    Map<String, Integer> usedSlots,
    Map<String, NodeLoad> loads,
    Map<String, ClaimSeen> claims,
    Map<String, Instant> keptUntil,
    List<WaitingTask> waiting,
    Map<String, ApplicationPackage> packages,
    @Nullable String refusal,
    Instant now) {

  public PoolSeen {
    nodes = List.copyOf(nodes);
    usedSlots = Map.copyOf(usedSlots);
    loads = Map.copyOf(loads);
    claims = Map.copyOf(claims);
    keptUntil = Map.copyOf(keptUntil);
    waiting = List.copyOf(waiting);
    packages = Map.copyOf(packages);
  }

  public PoolSeen withClaims(Map<String, ClaimSeen> found) {
    return new PoolSeen(
        pool, nodes, usedSlots, loads, found, keptUntil, waiting, packages, refusal, now);
  }

  public NodeLoad load(String node) {
    return loads.getOrDefault(node, NodeLoad.NONE);
  }

  public int used(String node) {
    return usedSlots.getOrDefault(node, 0);
  }
}
