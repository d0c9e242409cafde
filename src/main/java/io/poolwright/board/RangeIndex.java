package io.poolwright.board;

import io.poolwright.api.task.DependsOn.TaskIdRange;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who named ranges that a number lies in. A range is kept as few blocks of 2, 4, 8, … numbers, so
 * that adding one, and asking for a number, cost some thirty looks whatever else there is.
 */
final class RangeIndex {
  /** Numbers have 31 bits. */
  private static final int LEVELS = 32;

  /** By block: how often each has named it. */
  private final Map<Block, Map<String, Integer>> blocks = new HashMap<>();

  /** The numbers from {@code at × 2^level} on. */
  private record Block(int level, long at) {}

  /** The value of an id that is a number; null for others. */
  static @Nullable Integer number(String id) {
    if (!id.chars().allMatch(c -> '0' <= c && c <= '9')) {
      return null;
    }
    String digits = id.replaceFirst("^0+(?=.)", "");
    return digits.length() > 10 || Long.parseLong(digits) > Integer.MAX_VALUE
        ? null
        : Integer.valueOf(digits);
  }

  void add(TaskIdRange range, String who) {
    change(range, who, 1);
  }

  void remove(TaskIdRange range, String who) {
    change(range, who, -1);
  }

  /** How many of their ranges a number lies in, of all who named one that it lies in. */
  Map<String, Integer> with(int number) {
    Map<String, Integer> found = new HashMap<>();
    for (int level = 0; level < LEVELS && !blocks.isEmpty(); level++) {
      blocks
          .getOrDefault(new Block(level, (long) number >> level), Map.of())
          .forEach((who, times) -> found.merge(who, times, Integer::sum));
    }
    return found;
  }

  private void change(TaskIdRange range, String who, int by) {
    long from = range.start();
    long until = (long) range.end() + 1;
    for (int level = 0; from < until; level++) {
      if ((from & 1) == 1) {
        change(new Block(level, from++), who, by);
      }
      if ((until & 1) == 1) {
        change(new Block(level, --until), who, by);
      }
      from >>= 1;
      until >>= 1;
    }
  }

  private void change(Block block, String who, int by) {
    Map<String, Integer> all = blocks.computeIfAbsent(block, k -> new HashMap<>());
    if (all.merge(who, by, Integer::sum) == 0) {
      all.remove(who);
    }
    if (all.isEmpty()) {
      blocks.remove(block);
    }
  }
}
