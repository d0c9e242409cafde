package io.poolwright.factory;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** From an index to the values that a task of that index gets. */
sealed interface Generator permits Combined, Drawn, Numbered, Named {

  /** What stands between the braces of a placeholder, in the order of the values. */
  List<String> placeholders();

  /** Computed, not counted; may be far beyond what a factory may make. */
  BigInteger size();

  /** In the order of the placeholders. Costs what the parameters cost, not what the index is. */
  List<String> values(long index);

  Extent extent(int placeholder);

  /** Whether all was looked for in its values before: then none is looked at. */
  default boolean known() {
    return false;
  }

  /** Whether it holds of every value of the placeholder. */
  boolean always(int placeholder, Predicate<String> holds);

  static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
