package io.poolwright.plan.pool;

import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PoolSeen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    for (Assigned one : assigned) {
      Map<String, NodeStanding> nodes = seen.standings().get(one.waits().job());
      boolean ready = nodes == null || nodes.get(one.node()) == NodeStanding.READY;
      (ready ? start : hold).add(one);
    }
    return new Placed(start, hold);
  }
}
