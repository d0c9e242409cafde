package io.poolwright.factory;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Values of parameter sets, put together in one of several ways. */
sealed interface Combined extends Generator {

  /** The set that the values of a placeholder come from. */
  Column column(int placeholder);

  @Override
  default Extent extent(int placeholder) {
    return column(placeholder).extent();
  }

  @Override
  default boolean always(int placeholder, Predicate<String> holds) {
    return column(placeholder).always(holds);
  }

  /** Each value of each set with each of the others; the first set varies slowest. */
  record Product(List<Column> columns) implements Combined {
    @Override
    public List<String> placeholders() {
      return Generator.numbers(columns.size());
    }

    @Override
    public BigInteger size() {
      return columns.stream()
          .map(c -> BigInteger.valueOf(c.size()))
          .reduce(BigInteger.ONE, BigInteger::multiply);
    }

    @Override
    public List<String> values(long index) {
      String[] values = new String[columns.size()];
      long rest = index;
      for (int i = values.length - 1; i >= 0; i--) {
        Column column = columns.get(i);
        values[i] = column.at(rest % column.size());
        rest /= column.size();
      }
      return Arrays.asList(values);
    }

    @Override
    public Column column(int placeholder) {
      return columns.get(placeholder);
    }
  }

  /** The values at the same place of each set. The sets are of one size. */
  record Zip(List<Column> columns) implements Combined {
    @Override
    public List<String> placeholders() {
      return Generator.numbers(columns.size());
    }

    @Override
    public BigInteger size() {
      return BigInteger.valueOf(columns.getFirst().size());
    }

    @Override
    public List<String> values(long index) {
      return columns.stream().map(c -> c.at(index)).toList();
    }

    @Override
    public Column column(int placeholder) {
      return columns.get(placeholder);
    }
  }

  /**
   * Several values of one set, in the order of the set; each at most once unless with replacement.
   * In the lexicographic order of their places, as Python's itertools has them.
   */
  record Combinations(Column column, int length, boolean replacement) implements Combined {
    @Override
    public List<String> placeholders() {
      return Generator.numbers(length);
    }

    @Override
    public BigInteger size() {
      return Counting.choices(column.size(), length, replacement);
    }

    /**
     * Place by place: those that begin with a smaller place than x are all less those that have no
     * place below x, and the largest x that still leaves some is the one.
     */
    @Override
    public List<String> values(long index) {
      List<String> values = new ArrayList<>(length);
      long from = 0;
      long rest = index;
      for (int left = length; left > 0; left--) {
        long open = column.size() - from;
        long all = Counting.choices(open, left, replacement).longValueExact();
        long low = 0;
        long high = open - 1;
        while (low < high) {
          long middle = (low + high + 1) >>> 1;
          if (all - choices(open - middle, left) <= rest) {
            low = middle;
          } else {
            high = middle - 1;
          }
        }
        rest -= all - choices(open - low, left);
        values.add(column.at(from + low));
        from += replacement ? low : low + 1;
      }
      return values;
    }

    private long choices(long places, int left) {
      return Counting.choices(places, left, replacement).longValueExact();
    }

    @Override
    public Column column(int placeholder) {
      return column;
    }
  }

  /** Several values of one set in every order, in the lexicographic order of their places. */
  record Permutations(Column column, int length) implements Combined {
    @Override
    public List<String> placeholders() {
      return Generator.numbers(length);
    }

    @Override
    public BigInteger size() {
      return Counting.orders(column.size(), length);
    }

    @Override
    public List<String> values(long index) {
      List<String> values = new ArrayList<>(length);
      List<Long> taken = new ArrayList<>(length);
      long rest = index;
      for (int i = 0; i < length; i++) {
        long behind = Counting.orders(column.size() - i - 1, length - i - 1).longValueExact();
        long place = free(taken, rest / behind);
        rest %= behind;
        values.add(column.at(place));
      }
      return values;
    }

    /** The place that is the given one among those not taken; it is then taken as well. */
    private static long free(List<Long> taken, long among) {
      long place = among;
      int i = 0;
      while (i < taken.size() && taken.get(i) <= place) {
        place++;
        i++;
      }
      taken.add(i, place);
      return place;
    }

    @Override
    public Column column(int placeholder) {
      return column;
    }
  }
}
