package io.poolwright.snapshot;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.pool.Pool;
import java.time.Duration;
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
 * @param claims the claims of nodes that are being made anew and have no pod, by node
 * @param keptUntil when the data of what ran on a node may go, by node; only of nodes that have
 *     such data, and only where nodeDeallocationOption asks for it
 * @param waiting the tasks that are next, in the order in which they are to run; not all that wait,
 *     but all that can be assigned at once
 * @param left how many more tasks of a job may have a node; only of jobs that have more in waiting
 * @param standings of jobs among these that have their nodes prepared: by the job, and by the node
 * @param load all tasks of the pool, counted
 * @param samplePeriod how often the variables of an autoscale formula are to be sampled
 * @param running pods of the tasks that have a node; only in pools that lend the room of their
 *     nodes
 * @param preemptible what runs, as far as tasks of a higher priority may have its room
 * @param lendRefusal the last time that the room could not be lent; null where it could, or need
 *     not
 * @param obstacle what keeps the pool from its Service or NetworkPolicy; null where nothing does
 * @param packages those that the pool refers to and that exist, by name
 * @param said what keeps a node from starting, in the words of who mounts its volumes; by node
 * @param stuck nodes that could not be removed, or be told to go: what was refused last; by node
 * @param refusal the last time that the API server refused a node pod; null where it took the last
 */
public record PoolSeen(
    Pool pool,
    List<PodSeen> nodes,
    Map<String, Integer> usedSlots,
    Map<String, NodeLoad> loads,
    Map<String, ClaimSeen> claims,
    Map<String, Instant> keptUntil,
    List<WaitingTask> waiting,
    Map<String, Integer> left,
    Map<String, Map<String, NodeStanding>> standings,
    PoolLoad load,
    Duration samplePeriod,
    List<PodSeen> running,
    PreemptibleSeen preemptible,
    @Nullable Refusal lendRefusal,
    @Nullable Obstacle obstacle,
    Map<String, ApplicationPackage> packages,
    Map<String, String> said,
    Map<String, Refusal> stuck,
    @Nullable Refusal refusal,
    Instant now) {

  /**
   * @param foreign whether an object of the name that is needed belongs to somebody else; otherwise
   *     the API server refused
   */
  public record Obstacle(boolean foreign, String message) {}

  public PoolSeen {
    nodes = List.copyOf(nodes);
    usedSlots = Map.copyOf(usedSlots);
    loads = Map.copyOf(loads);
    claims = Map.copyOf(claims);
    keptUntil = Map.copyOf(keptUntil);
    waiting = List.copyOf(waiting);
    left = Map.copyOf(left);
    standings = Map.copyOf(standings);
    running = List.copyOf(running);
    packages = Map.copyOf(packages);
    said = Map.copyOf(said);
    stuck = Map.copyOf(stuck);
  }

  public PoolSeen withKept(Map<String, Instant> until) {
    return with(claims, until, said, preemptible);
  }

  public PoolSeen withClaims(Map<String, ClaimSeen> found) {
    return with(found, keptUntil, said, preemptible);
  }

  public PoolSeen withSaid(Map<String, String> words) {
    return with(claims, keptUntil, words, preemptible);
  }

  public PoolSeen with(PreemptibleSeen found) {
    return with(claims, keptUntil, said, found);
  }

  private PoolSeen with(
      Map<String, ClaimSeen> found,
      Map<String, Instant> until,
      Map<String, String> words,
      PreemptibleSeen runs) {
    return new PoolSeen(
        pool,
        nodes,
        usedSlots,
        loads,
        found,
        until,
        waiting,
        left,
        standings,
        load,
        samplePeriod,
        running,
        runs,
        lendRefusal,
        obstacle,
        packages,
        words,
        stuck,
        refusal,
        now);
  }

  public NodeLoad loadOf(String node) {
    return loads.getOrDefault(node, NodeLoad.NONE);
  }

  public int used(String node) {
    return usedSlots.getOrDefault(node, 0);
  }
}
