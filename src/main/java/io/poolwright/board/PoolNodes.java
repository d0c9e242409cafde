package io.poolwright.board;

import io.poolwright.snapshot.NodeLoad;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What runs and ran on the nodes of all pools. Nodes come and go for as long as the operator runs:
 * one that is gone is forgotten with its last task. One that is there has rested only since then.
 */
final class PoolNodes {
  private final Map<Key, Map<String, OnNode>> onNodes = new HashMap<>();
  private final Map<Key, Set<String>> present = new HashMap<>();

  void change(Key pool, String node, Consumer<OnNode> change) {
    Map<String, OnNode> nodes = onNodes.computeIfAbsent(pool, k -> new HashMap<>());
    OnNode on = nodes.computeIfAbsent(node, k -> new OnNode());
    change.accept(on);
    if (on.isEmpty() && !present.getOrDefault(pool, Set.of()).contains(node)) {
      nodes.remove(node);
    }
    if (nodes.isEmpty()) {
      onNodes.remove(pool);
    }
  }

  void removePool(Key pool) {
    present.remove(pool);
    forgetAbsent(pool);
  }

  /**
   * Without those where nothing ran.
   *
   * @param all that the pool has
   */
  Map<String, NodeLoad> loads(Key pool, Collection<String> all) {
    present.put(pool, Set.copyOf(all));
    forgetAbsent(pool);
    Map<String, OnNode> nodes = onNodes.getOrDefault(pool, Map.of());
    Map<String, NodeLoad> found = new HashMap<>();
    for (String node : all) {
      OnNode on = nodes.get(node);
      if (on != null) {
        found.put(node, on.load());
      }
    }
    return found;
  }

  private void forgetAbsent(Key pool) {
    Set<String> there = present.getOrDefault(pool, Set.of());
    onNodes.computeIfPresent(
        pool,
        (_, nodes) -> {
          nodes.entrySet().removeIf(n -> n.getValue().isEmpty() && !there.contains(n.getKey()));
          return nodes.isEmpty() ? null : nodes;
        });
  }
}
