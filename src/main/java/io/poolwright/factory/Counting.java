package io.poolwright.factory;

import java.math.BigInteger;

/** How many choices there are. */
final class Counting {
  private Counting() {}

  /** Sets of so many of n places; with replacement a place may be in it more than once. */
  static BigInteger choices(long n, int length, boolean replacement) {
    return binomial(replacement && n > 0 ? n + length - 1 : n, length);
  }

  private static BigInteger binomial(long n, int k) {
    if (k > n) {
      return BigInteger.ZERO;
    }
    long factors = Math.min(k, n - k);
    BigInteger all = BigInteger.ONE;
    for (long i = 1; i <= factors; i++) {
      all = all.multiply(BigInteger.valueOf(n - factors + i)).divide(BigInteger.valueOf(i));
    }
    return all;
  }

  /** Lists of so many different ones of n places. */
  static BigInteger orders(long n, int length) {
    if (length > n) {
      return BigInteger.ZERO;
    }
    BigInteger all = BigInteger.ONE;
    for (int i = 0; i < length; i++) {
      all = all.multiply(BigInteger.valueOf(n - i));
    }
    return all;
  }
}
