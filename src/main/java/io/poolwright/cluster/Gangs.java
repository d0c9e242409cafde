package io.poolwright.cluster;

import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.board.Key;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Tasks that wait for several nodes at once, as the last look at their pool found: what they say of
 * themselves. Lost at a restart; the next look at the pool finds it anew.
 */
public final class Gangs {
  private final Map<Key, Set<String>> byPool = new ConcurrentHashMap<>();

  /** Takes what a look at a pool found; the tasks that did not wait before. */
  public List<Key> tell(Key pool, Set<String> waiting) {
    Set<String> before =
        waiting.isEmpty() ? byPool.remove(pool) : byPool.put(pool, Set.copyOf(waiting));
    return waiting.stream()
        .filter(t -> before == null || !before.contains(t))
        .map(t -> new Key(pool.namespace(), t))
        .toList();
  }

  boolean waits(Task task) {
    String name = task.getMetadata().getName();
    String namespace = task.getMetadata().getNamespace();
    return task.getSpec().instances() > 1
        && byPool.entrySet().stream()
            .anyMatch(p -> p.getKey().namespace().equals(namespace) && p.getValue().contains(name));
  }

  /** The nodes that the latest attempt of a task has, or had. */
  static List<NodeInfo> nodesOf(Task task) {
    NodeInfo primary = task.statusOrNew().nodeInfo();
    return primary == null
        ? List.of()
        : Stream.concat(
                Stream.of(primary),
                task.statusOrNew().subtasks().stream()
                    .map(s -> new NodeInfo(primary.poolId(), s.nodeId())))
            .distinct()
            .toList();
  }
}
