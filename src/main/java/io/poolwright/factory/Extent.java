package io.poolwright.factory;

/**
 * What all values of a parameter have in common.
 *
 * @param shortest no value has fewer characters
 * @param longest no value has more characters
 * @param countable every value is a whole number that is not negative, so that zeros can go before
 *     it
 */
record Extent(int shortest, int longest, boolean countable) {

  /** Of whole numbers between two, both included. */
  static Extent between(long one, long other) {
    int lengths = Long.toString(one).length();
    int length = Long.toString(other).length();
    boolean acrossZero = Math.min(one, other) < 0 && Math.max(one, other) >= 0;
    return new Extent(
        acrossZero ? 1 : Math.min(lengths, length),
        Math.max(lengths, length),
        one >= 0 && other >= 0);
  }
}
