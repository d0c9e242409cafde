package io.poolwright.board;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The slots that nodes have free, counted by how many a node has: there are few such numbers,
 * however many nodes there are.
 *
 * @param nodes how many nodes have so many slots free
 */
public record FreeRoom(Map<Integer, Integer> nodes) {
  /** All is in use. */
  static final FreeRoom NONE = new FreeRoom(Map.of());

  /**
   * What a job may take of a pool.
   *
   * @param most how many of its tasks may have a node at the same time
   * @param room of the nodes that take tasks of the job; null where all do
   */
  public record Share(int most, @Nullable FreeRoom room) {}

  /**
   * @param free how many slots each node has free
   */
  public static FreeRoom of(IntStream free) {
    Map<Integer, Integer> nodes = new TreeMap<>();
    free.filter(f -> f > 0).forEach(f -> nodes.merge(f, 1, Integer::sum));
    return new FreeRoom(nodes);
  }

  /** How many tasks that require so many slots have room when nothing else takes it. */
  int fits(int slots) {
    return nodes.entrySet().stream().mapToInt(n -> n.getValue() * (n.getKey() / slots)).sum();
  }
}
