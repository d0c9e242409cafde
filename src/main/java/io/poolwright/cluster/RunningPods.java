package io.poolwright.cluster;

import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskState;
import io.poolwright.snapshot.PodSeen;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The pods of tasks that run on some nodes of a pool, of tasks with objects and of factories. */
final class RunningPods {
  private RunningPods() {}

  static List<PodSeen> on(World world, FactoryPods factoryPods, Pool pool, Set<String> nodes) {
    Stream<PodSeen> ofObjects =
        nodes.stream()
            .flatMap(n -> world.tasksOn(pool, n))
            .filter(t -> t.statusOrNew().stateOrActive() == TaskState.RUNNING)
            // One of several nodes is on each of them.
            .distinct()
            .flatMap(t -> world.podsOf(t).stream());
    Stream<PodSeen> ofFactories =
        nodes.stream()
            .flatMap(n -> factoryPods.on(pool.getMetadata().getNamespace(), n).stream())
            .map(PodReader::read)
            .filter(p -> !p.gated());
    return Stream.concat(ofObjects, ofFactories).toList();
  }
}
