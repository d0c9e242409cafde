package io.poolwright.cluster;

import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long the data of what ran on a node is kept. */
final class Retained {
  private Retained() {}

  /** By node; it looks at every task that ran there. */
  static Map<String, Instant> on(World world, PoolSeen seen, List<PodSeen> nodes) {
    Map<String, Instant> kept = new HashMap<>();
    for (PodSeen node : nodes) {
      world
          .tasksOn(seen.pool(), node.name())
          .filter(t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED)
          .flatMap(t -> until(t).stream())
          .max(Comparator.naturalOrder())
          .ifPresent(until -> kept.put(node.name(), until));
    }
    return kept;
  }

  private static Optional<Instant> until(Task task) {
    return Optional.ofNullable(task.statusOrNew().execution().endTime())
        .map(end -> Instant.parse(end).plus(task.getSpec().limits().retention()));
  }
}
