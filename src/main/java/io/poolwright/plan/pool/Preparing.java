package io.poolwright.plan.pool;

import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.pool.PoolPlan.Held;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.WaitingTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tasks that have got a node: those that start on it, and those whose job has it prepared first
 * (section 8 of the reference).
 */
record Preparing(List<Assigned> start, List<Held> hold) {

  static Preparing of(List<Assigned> assigned, PoolSeen seen) {
    if (seen.standings().isEmpty()) {
      return new Preparing(assigned, List.of());
    }
    Map<String, String> jobs = new HashMap<>();
    for (WaitingTask task : seen.waiting()) {
      if (seen.standings().containsKey(task.job())) {
        jobs.put(task.name(), task.job());
      }
    }
    List<Assigned> start = new ArrayList<>();
    List<Held> hold = new ArrayList<>();
    for (Assigned one : assigned) {
      String job = jobs.get(one.task());
      if (job == null
          || seen.standings().getOrDefault(job, Map.of()).get(one.node()) == NodeStanding.READY) {
        start.add(one);
      } else {
        hold.add(new Held(one.task(), job, one.node()));
      }
    }
    return new Preparing(start, hold);
  }
}
