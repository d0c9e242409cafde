package io.poolwright.cluster;

import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.RepeatTask;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskConstraints;
import io.poolwright.api.task.TaskState;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How long the data of what ran on a node is kept. */
final class Retained {
  private Retained() {}

  /** By node; it looks at every task that ran there. */
  static Map<String, Instant> on(World world, PoolSeen seen, List<PodSeen> nodes) {
    List<Job> factories = world.factoriesOn(seen.pool()).toList();
    Map<String, Instant> kept = new HashMap<>();
    for (PodSeen node : nodes) {
      Instant since = directorySince(world, seen, node);
      Stream<Instant> ofObjects =
          world
              .tasksOn(seen.pool(), node.name())
              .filter(t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED)
              .flatMap(t -> until(t).stream());
      Stream<Instant> ofFactories = factories.stream().flatMap(j -> until(j, since).stream());
      Stream.concat(ofObjects, ofFactories)
          .max(Comparator.naturalOrder())
          .ifPresent(until -> kept.put(node.name(), until));
    }
    return kept;
  }

  /** A node that was rebooted has the directory of the pod before it. */
  private static Instant directorySince(World world, PoolSeen seen, PodSeen node) {
    boolean older =
        world
            .node(seen.pool().getMetadata().getNamespace(), node.name())
            .map(p -> p.getMetadata().getAnnotations())
            .filter(marks -> marks.containsKey(Names.REBOOTED_FROM))
            .isPresent();
    return older ? Instant.MIN : node.created();
  }

  private static Optional<Instant> until(Task task) {
    return Optional.ofNullable(task.statusOrNew().execution().endTime())
        .map(end -> Instant.parse(end).plus(task.getSpec().limits().retention()));
  }

  /**
   * Where each task of a factory ran is not kept once it is over: as long as the data of the one
   * that ended last, there may be some on any node that was there by then.
   *
   * @param since how old the node's directory is
   */
  static Optional<Instant> until(Job job, Instant since) {
    TaskFactory factory = job.getSpec().taskFactory();
    RepeatTask each = factory == null ? null : factory.repeatTask();
    FactoryStatus ledger = job.statusOrNew().taskFactory();
    if (each == null || ledger == null || ledger.lastEnd() == null) {
      return Optional.empty();
    }
    TaskConstraints limits = each.constraints() == null ? TaskConstraints.NONE : each.constraints();
    return Optional.of(Instant.parse(ledger.lastEnd()))
        .filter(end -> !end.isBefore(since))
        .map(end -> end.plus(limits.retention()));
  }
}
