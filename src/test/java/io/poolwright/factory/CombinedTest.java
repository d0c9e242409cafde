package io.poolwright.factory;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.TaskFactory.ParameterSet;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values computed from an index, against lists that are built one after the other. */
class CombinedTest {
  private static final int MOST = 6;

  private static Column letters(int count) {
    return Column.Listed.of(
        IntStream.range(0, count).mapToObj(i -> Character.toString('a' + i)).toList());
  }

  private static List<List<String>> all(Generator generator) {
    return LongStream.range(0, generator.size().longValueExact())
        .mapToObj(generator::values)
        .toList();
  }

  /** All lists of values, place by place: those with a smaller first place come first. */
  private static List<List<String>> lists(Column column, int length, Order order) {
    List<List<String>> all = new ArrayList<>();
    grow(column, length, order, List.of(), all);
    return all;
  }

  private enum Order {
    ASCENDING,
    NOT_DESCENDING,
    ANY
  }

  private static void grow(
      Column column, int length, Order order, List<Integer> places, List<List<String>> all) {
    if (places.size() == length) {
      all.add(places.stream().map(p -> column.at(p)).toList());
      return;
    }
    for (int i = 0; i < column.size(); i++) {
      boolean fits =
          places.isEmpty()
              || switch (order) {
                case ASCENDING -> i > places.getLast();
                case NOT_DESCENDING -> i >= places.getLast();
                case ANY -> !places.contains(i);
              };
      if (fits) {
        List<Integer> more = new ArrayList<>(places);
        more.add(i);
        grow(column, length, order, more, all);
      }
    }
  }

  static List<int[]> sizesAndLengths() {
    return IntStream.rangeClosed(1, MOST)
        .boxed()
        .flatMap(n -> IntStream.rangeClosed(1, MOST).mapToObj(k -> new int[] {n, k}))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("sizesAndLengths")
  void choicesComeInLexicographicOrder(int[] sizeAndLength) {
    Column column = letters(sizeAndLength[0]);
    int length = sizeAndLength[1];

    assertThat(all(new Combined.Combinations(column, length, false)))
        .isEqualTo(lists(column, length, Order.ASCENDING));
    assertThat(all(new Combined.Combinations(column, length, true)))
        .isEqualTo(lists(column, length, Order.NOT_DESCENDING));
    assertThat(all(new Combined.Permutations(column, length)))
        .isEqualTo(lists(column, length, Order.ANY));
  }

  /** Of sets that nobody would list: the index is computed back from the places. */
  @Test
  void largeChoicesAreRankedBack() throws InvalidFactory {
    Random random = new Random(1);
    Column numbers = Column.of(new ParameterSet(0L, 180L, null, List.of()));
    for (int length : new int[] {1, 2, 3, 178, 180}) {
      Generator generator = new Combined.Combinations(numbers, Math.min(length, 181), false);
      long size = generator.size().longValueExact();
      for (int i = 0; i < 200; i++) {
        long index = i == 0 ? 0 : i == 1 ? size - 1 : random.nextLong(size);
        assertThat(rank(generator.values(index), 181)).isEqualTo(index);
      }
    }
  }

  private static long rank(List<String> values, int n) {
    long rank = 0;
    int from = 0;
    for (int i = 0; i < values.size(); i++) {
      int place = Integer.parseInt(values.get(i));
      for (int skipped = from; skipped < place; skipped++) {
        rank += Counting.choices(n - skipped - 1, values.size() - i - 1, false).longValueExact();
      }
      from = place + 1;
    }
    return rank;
  }

  @Test
  void sizesAreExactHoweverLarge() {
    Column many = new Column.Stepped(1, 1, 1L << 54);
    assertThat(new Combined.Product(List.of(many, many)).size())
        .isEqualTo(BigInteger.ONE.shiftLeft(108));
    assertThat(new Combined.Combinations(many, 2, false).size())
        .isEqualTo(
            BigInteger.ONE
                .shiftLeft(54)
                .multiply(BigInteger.ONE.shiftLeft(54).subtract(BigInteger.ONE))
                .shiftRight(1));
    assertThat(new Combined.Permutations(letters(26), 20).size())
        .isEqualTo(new BigInteger("560127029342507827200000"));
    assertThat(Counting.choices(0, 3, true)).isZero();
    assertThat(Counting.choices(3, 4, true)).isEqualTo(15);
  }

  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void productsAreNestedLoops(long seed) throws InvalidFactory {
    Random random = new Random(seed);
    List<Column> columns = new ArrayList<>();
    List<List<String>> expected = List.of(List.of());
    for (int i = random.nextInt(4); i >= 0; i--) {
      long start = random.nextInt(-20, 20);
      long end = random.nextInt(-20, 20);
      long step = random.nextLong(1, 8) * (end < start ? -1 : 1);
      columns.add(Column.of(new ParameterSet(start, end, step, List.of())));
      List<String> values = new ArrayList<>();
      for (long v = start; step > 0 ? v <= end : v >= end; v += step) {
        values.add(Long.toString(v));
      }
      expected = times(expected, values);
    }

    assertThat(all(new Combined.Product(columns))).isEqualTo(expected);
  }

  private static List<List<String>> times(List<List<String>> lists, List<String> values) {
    List<List<String>> longer = new ArrayList<>();
    for (List<String> list : lists) {
      for (String value : values) {
        List<String> one = new ArrayList<>(list);
        one.add(value);
        longer.add(one);
      }
    }
    return longer;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void extentsHoldForEveryValue(long seed) throws InvalidFactory {
    Random random = new Random(seed);
    long start = random.nextInt(-200, 200);
    long end = start + random.nextInt(300);
    Column column = Column.of(new ParameterSet(start, end, null, List.of()));
    Extent extent = column.extent();
    boolean negative = false;
    int longest = 0;
    for (long i = 0; i < column.size(); i++) {
      longest = Math.max(longest, column.at(i).length());
      assertThat(column.at(i).length()).isGreaterThanOrEqualTo(extent.shortest());
      negative |= column.at(i).startsWith("-");
    }
    assertThat(extent.longest()).isEqualTo(longest);
    assertThat(extent.countable()).isEqualTo(!negative);
  }
}
