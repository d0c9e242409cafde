package io.poolwright.factory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of indexes against plain sets of numbers. */
class RangesTest {
  private static final int UNIVERSE = 60;

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  private static List<Long> indexes(Ranges ranges) {
    List<Long> all = new ArrayList<>();
    PrimitiveIterator.OfLong each = ranges.iterator();
    while (each.hasNext()) {
      all.add(each.nextLong());
    }
    assertThatThrownBy(each::nextLong).isInstanceOf(NoSuchElementException.class);
    return all;
  }

  private static void same(Ranges ranges, Set<Long> plain) {
    assertThat(indexes(ranges)).containsExactlyElementsOf(plain);
    assertThat(ranges.count()).isEqualTo(plain.size());
    assertThat(ranges.isEmpty()).isEqualTo(plain.isEmpty());
    for (long i = -2; i < UNIVERSE + 3; i++) {
      assertThat(ranges.contains(i)).as("%s has %d", ranges, i).isEqualTo(plain.contains(i));
    }
    assertThat(Ranges.parse(ranges.toString())).isEqualTo(ranges).hasSameHashCodeAs(ranges);
    assertThat(ranges.ranges()).isEqualTo(runs(plain));
  }

  private static int runs(Set<Long> plain) {
    return (int) plain.stream().filter(i -> !plain.contains(i - 1)).count();
  }

  private record Both(Ranges ranges, Set<Long> plain) {
    static Both random(Random random) {
      Ranges ranges = Ranges.NONE;
      TreeSet<Long> plain = new TreeSet<>();
      int steps = random.nextInt(20);
      for (int i = 0; i < steps; i++) {
        long first = random.nextInt(UNIVERSE);
        long last = Math.min(UNIVERSE - 1, first + (random.nextBoolean() ? 0 : random.nextInt(6)));
        ranges = first == last ? ranges.add(first) : ranges.add(first, last);
        LongStream.rangeClosed(first, last).forEach(plain::add);
        same(ranges, plain);
      }
      return new Both(ranges, plain);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void asAPlainSet(long seed) {
    Random random = new Random(seed);
    Both one = Both.random(random);
    Both other = Both.random(random);

    TreeSet<Long> union = new TreeSet<>(one.plain());
    union.addAll(other.plain());
    same(one.ranges().union(other.ranges()), union);
    assertThat(one.ranges().union(other.ranges())).isEqualTo(other.ranges().union(one.ranges()));
    assertThat(one.ranges().equals(other.ranges())).isEqualTo(one.plain().equals(other.plain()));

    long size = random.nextInt(UNIVERSE + 2);
    TreeSet<Long> rest = new TreeSet<>(LongStream.range(0, size).boxed().toList());
    rest.removeAll(one.plain());
    same(one.ranges().complement(size), rest);

    TreeSet<Long> without = new TreeSet<>(one.plain());
    without.removeAll(other.plain());
    same(one.ranges().without(other.ranges()), without);

    long from = random.nextInt(UNIVERSE + 2);
    long to = from + random.nextInt(UNIVERSE);
    assertThat(one.ranges().count(from, to))
        .isEqualTo(one.plain().stream().filter(i -> from <= i && i <= to).count());
    Long next = new TreeSet<>(one.plain()).ceiling(from);
    assertThat(one.ranges().next(from)).isEqualTo(next == null ? -1 : next);
    assertThat(one.ranges().nextAbsent(from))
        .isEqualTo(
            LongStream.iterate(from, i -> i + 1)
                .filter(i -> !one.plain().contains(i))
                .findFirst()
                .orElseThrow());
    assertThat(PackedRanges.read(PackedRanges.write(one.ranges()))).isEqualTo(one.ranges());
  }

  /** However they lie, a hundred thousand fit where text would be ten times as long. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 20, 1000})
  void longOnesArePacked(int every) {
    Random random = new Random(every);
    Ranges some =
        Ranges.parse(
            LongStream.range(0, 100_000)
                .filter(i -> random.nextInt(every) == 0)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(",")));
    String text = PackedRanges.write(some);
    assertThat(text).hasSizeLessThan(17_000);
    assertThat(PackedRanges.read(text)).isEqualTo(some);
  }

  @Test
  void whatIsNotPackedRangesIsRefused() {
    assertThat(PackedRanges.write(Ranges.NONE)).isNull();
    assertThat(PackedRanges.read(null)).isEqualTo(Ranges.NONE);
    assertThatThrownBy(() -> PackedRanges.read("z:AA"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PackedRanges.read("z:%")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0-8999,9001 | 0-8999,9001 | 9001",
        "''          | ''          | 0",
        "3           | 3           | 1",
        "5-5         | 5           | 1",
        "2,1,0       | 0-2         | 3",
        "0-5,3-9,10  | 0-10        | 11",
        "007         | 7           | 1",
        "0-999999999999999999 | 0-999999999999999999 | 1000000000000000000",
      })
  void isReadAndWritten(String text, String written, long count) {
    assertThat(Ranges.parse(text)).hasToString(written);
    assertThat(Ranges.parse(text).count()).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {",", "1,", "-1", "1-", "1--2", "a", "1 ", "1, 2", "2-1", "1234567890123456789"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> Ranges.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void indexesBeginAtZero() {
    assertThatThrownBy(() -> Ranges.NONE.add(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ranges.of(3, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ranges.NONE.add(Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsThereAlreadyChangesNothing() {
    Ranges ranges = Ranges.parse("0-4,7");
    assertThat(ranges.add(3)).isSameAs(ranges);
    assertThat(ranges.add(0, 4)).isSameAs(ranges);
    assertThat(ranges.add(5).add(6)).hasToString("0-7");
  }
}
