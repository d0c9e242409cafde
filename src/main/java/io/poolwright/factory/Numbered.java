package io.poolwright.factory;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Predicate;

/** The same task again and again; {0} is its number. */
record Numbered(long count) implements Generator {
  @Override
  public List<String> placeholders() {
    return List.of("0");
  }

  @Override
  public BigInteger size() {
    return BigInteger.valueOf(count);
  }

  @Override
  public List<String> values(long index) {
    return List.of(Long.toString(index));
  }

  @Override
  public Extent extent(int placeholder) {
    return Extent.between(0, count - 1);
  }

  @Override
  public boolean always(int placeholder, Predicate<String> holds) {
    return holds.test("0") && holds.test(Long.toString(count - 1));
  }
}
