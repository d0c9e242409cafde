package io.poolwright.factory;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A set of indexes from 0 up, kept and written as ranges: {@code 0-8999,9001}. Immutable. It costs
 * what its ranges cost, however many indexes they hold.
 */
public final class Ranges implements Iterable<Long> {
  /** The empty set, written as the empty string. */
  public static final Ranges NONE = new Ranges(new long[0]);

  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?");

  /** First and last index of each range in turn; ascending, with a gap between any two ranges. */
  private final long[] bounds;

  private final long count;

  private Ranges(long[] bounds) {
    this.bounds = bounds;
    long sum = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      sum += bounds[i + 1] - bounds[i] + 1;
    }
    count = sum;
  }

  /**
   * All indexes from first to last, both of them in it.
   *
   * @throws IllegalArgumentException unless 0 ≤ first ≤ last
   */
  public static Ranges of(long first, long last) {
    return NONE.add(first, last);
  }

  /**
   * Reads what {@link #toString} writes; also ranges that overlap, or stand in another order.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Ranges parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    String[] parts = text.split(",", -1);
    long[][] ranges = new long[parts.length][];
    for (int i = 0; i < parts.length; i++) {
      Matcher range = RANGE.matcher(parts[i]);
      if (!range.matches()) {
        throw new IllegalArgumentException(
            "\"" + parts[i] + "\" is no range of indexes; write them like 0-8999,9001");
      }
      long first = Long.parseLong(range.group(1));
      long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
      if (last < first) {
        throw new IllegalArgumentException("\"" + parts[i] + "\": the last index is the smaller");
      }
      ranges[i] = new long[] {first, last};
    }
    Arrays.sort(ranges, Comparator.comparingLong(r -> r[0]));
    Growing all = new Growing(ranges.length);
    for (long[] range : ranges) {
      all.append(range[0], range[1]);
    }
    return all.done();
  }

  public Ranges add(long index) {
    return add(index, index);
  }

  /**
   * The set with all indexes from first to last, both of them in it.
   *
   * @throws IllegalArgumentException unless 0 ≤ first ≤ last
   */
  public Ranges add(long first, long last) {
    if (first < 0 || last < first || last == Long.MAX_VALUE) {
      throw new IllegalArgumentException("no range of indexes: " + first + "-" + last);
    }
    // The ranges from `from` up to, not including, `to` overlap or touch the new one.
    int from = firstAfter(first - 1);
    if (from > 0 && bounds[2 * from - 1] >= first - 1) {
      from--;
    }
    int to = firstAfter(last + 1);
    if (from == to) {
      return spliced(from, to, first, last);
    }
    long low = Math.min(first, bounds[2 * from]);
    long high = Math.max(last, bounds[2 * to - 1]);
    boolean there = to - from == 1 && low == bounds[2 * from] && high == bounds[2 * to - 1];
    return there ? this : spliced(from, to, low, high);
  }

  private Ranges spliced(int from, int to, long first, long last) {
    long[] made = new long[bounds.length + 2 - 2 * (to - from)];
    System.arraycopy(bounds, 0, made, 0, 2 * from);
    made[2 * from] = first;
    made[2 * from + 1] = last;
    System.arraycopy(bounds, 2 * to, made, 2 * from + 2, bounds.length - 2 * to);
    return new Ranges(made);
  }

  /** The indexes of the bits that are set. */
  public static Ranges of(BitSet bits) {
    Growing all = new Growing(bits.cardinality());
    for (int first = bits.nextSetBit(0); first >= 0; ) {
      int end = bits.nextClearBit(first);
      all.append(first, end - 1L);
      first = bits.nextSetBit(end);
    }
    return all.done();
  }

  /** Takes the first and the last index of a range. */
  interface Each {
    void range(long first, long last);
  }

  void each(Each each) {
    for (int i = 0; i < bounds.length; i += 2) {
      each.range(bounds[i], bounds[i + 1]);
    }
  }

  /** Those of this set that are not in the other. */
  public Ranges without(Ranges other) {
    if (isEmpty() || other.isEmpty()) {
      return this;
    }
    long size = bounds[bounds.length - 1] + 1;
    return complement(size).union(other).complement(size);
  }

  /** How many indexes from first to last there are. */
  public long count(long first, long last) {
    long sum = 0;
    for (int i = Math.max(0, firstAfter(first) - 1); i < ranges() && bounds[2 * i] <= last; i++) {
      sum += Math.max(0, Math.min(last, bounds[2 * i + 1]) - Math.max(first, bounds[2 * i]) + 1);
    }
    return sum;
  }

  /** The smallest index of those from this one on that is not in the set. */
  public long nextAbsent(long from) {
    int after = firstAfter(from);
    return after > 0 && bounds[2 * after - 1] >= from ? bounds[2 * after - 1] + 1 : from;
  }

  /** The smallest index of those from this one on that is in the set; -1 where there is none. */
  public long next(long from) {
    int after = firstAfter(from);
    if (after > 0 && bounds[2 * after - 1] >= from) {
      return from;
    }
    return after < ranges() ? bounds[2 * after] : -1;
  }

  public boolean contains(long index) {
    int after = firstAfter(index);
    return after > 0 && bounds[2 * after - 1] >= index;
  }

  /** How many ranges begin at the index or before it. */
  private int firstAfter(long index) {
    int low = 0;
    int high = bounds.length / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bounds[2 * middle] <= index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many indexes there are. */
  public long count() {
    return count;
  }

  /** In how many ranges. */
  public int ranges() {
    return bounds.length / 2;
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  public Ranges union(Ranges other) {
    Growing all = new Growing(ranges() + other.ranges());
    int mine = 0;
    int theirs = 0;
    while (mine < bounds.length || theirs < other.bounds.length) {
      boolean takeMine =
          theirs == other.bounds.length
              || (mine < bounds.length && bounds[mine] <= other.bounds[theirs]);
      if (takeMine) {
        all.append(bounds[mine], bounds[mine + 1]);
        mine += 2;
      } else {
        all.append(other.bounds[theirs], other.bounds[theirs + 1]);
        theirs += 2;
      }
    }
    return all.done();
  }

  /** Those of the indexes 0 to size − 1 that are not in this set. */
  public Ranges complement(long size) {
    Growing all = new Growing(ranges() + 1);
    long next = 0;
    for (int i = 0; i < bounds.length && next < size; i += 2) {
      if (bounds[i] > next) {
        all.append(next, Math.min(bounds[i], size) - 1);
      }
      next = bounds[i + 1] + 1;
    }
    if (next < size) {
      all.append(next, size - 1);
    }
    return all.done();
  }

  /** The indexes, ascending. */
  @Override
  public PrimitiveIterator.OfLong iterator() {
    return new PrimitiveIterator.OfLong() {
      private int range;
      private long next = bounds.length == 0 ? 0 : bounds[0];

      @Override
      public boolean hasNext() {
        return range < bounds.length;
      }

      @Override
      public long nextLong() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        long index = next++;
        if (index == bounds[range + 1]) {
          range += 2;
          next = hasNext() ? bounds[range] : 0;
        }
        return index;
      }
    };
  }

  @Override
  public String toString() {
    return IntStream.range(0, ranges())
        .mapToObj(i -> range(bounds[2 * i], bounds[2 * i + 1]))
        .collect(Collectors.joining(","));
  }

  private static String range(long first, long last) {
    return first == last ? Long.toString(first) : first + "-" + last;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ranges ranges && Arrays.equals(bounds, ranges.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /** Takes ranges in the order of their first indexes and joins those that overlap or touch. */
  private static final class Growing {
    private final long[] bounds;
    private int length;

    Growing(int ranges) {
      bounds = new long[2 * ranges];
    }

    void append(long first, long last) {
      if (length > 0 && bounds[length - 1] >= first - 1) {
        bounds[length - 1] = Math.max(bounds[length - 1], last);
        return;
      }
      bounds[length++] = first;
      bounds[length++] = last;
    }

    Ranges done() {
      return length == 0 ? NONE : new Ranges(Arrays.copyOf(bounds, length));
    }
  }
}
