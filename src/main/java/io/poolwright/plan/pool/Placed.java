package io.poolwright.plan.pool;

import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PoolSeen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tasks that have got a node: those that start on it, and those whose job has it prepared first
 * (section 8 of the reference).
 */
record Placed(List<Assigned> start, List<Assigned> hold) {

  static Placed of(List<Assigned> assigned, PoolSeen seen) {
    if (seen.standings().isEmpty()) {
      return new Placed(assigned, List.of());
    }
    List<Assigned> start = new ArrayList<>();
    List<Assigned> hold = new ArrayList<>();
    // Of a task with several nodes all are ready, or none begins.
    Set<String> waits =
        assigned.stream()
            .filter(one -> !isReady(seen, one))
            .map(Assigned::task)
            .collect(Collectors.toSet());
    for (Assigned one : assigned) {
      (waits.contains(one.task()) ? hold : start).add(one);
    }
    return new Placed(start, hold);
  }

  private static boolean isReady(PoolSeen seen, Assigned one) {
    Map<String, NodeStanding> nodes = seen.standings().get(one.waits().job());
    return nodes == null || nodes.get(one.node()) == NodeStanding.READY;
  }
}
