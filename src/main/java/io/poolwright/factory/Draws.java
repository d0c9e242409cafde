package io.poolwright.factory;

/**
 * Random numbers that are a function of where they are drawn: the same seed, index and parameter
 * give the same numbers in every version, on every machine (SplitMix64; StrictMath alone).
 */
final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  Draws(long seed, long index, int parameter) {
    state = mix(mix(mix(seed + GOLDEN) + index * GOLDEN) + (parameter + 1) * GOLDEN);
  }

  /** Stafford's variant 13 of the finalizer of MurmurHash3, as SplitMix64 has it. */
  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private long bits() {
    state += GOLDEN;
    return mix(state);
  }

  /** From 0 up to, not including, the bound; what would favour the smaller ones is drawn anew. */
  private long below(long bound) {
    long bits = bits() >>> 1;
    long value = bits % bound;
    while (bits - value + (bound - 1) < 0) {
      bits = bits() >>> 1;
      value = bits % bound;
    }
    return value;
  }

  long whole(long min, long max) {
    return min + below(max - min + 1);
  }

  /** Above 0 and below 1: the middles of 2^52 equal steps. */
  double unit() {
    return ((bits() >>> 12) + 0.5) * 0x1p-52;
  }

  double uniform(double a, double b) {
    return a + (b - a) * unit();
  }

  double triangular(double low, double high, double mode) {
    if (low == high) {
      return low;
    }
    double u = unit();
    double turn = (mode - low) / (high - low);
    return u < turn
        ? low + (high - low) * StrictMath.sqrt(u * turn)
        : high - (high - low) * StrictMath.sqrt((1 - u) * (1 - turn));
  }

  double exponential(double lambda) {
    return -StrictMath.log(unit()) / lambda;
  }

  /** Box and Muller's way, one of the pair. */
  private double normal() {
    return StrictMath.sqrt(-2 * StrictMath.log(unit())) * StrictMath.cos(2 * Math.PI * unit());
  }

  double gauss(double mu, double sigma) {
    return mu + sigma * normal();
  }

  double lognormal(double mu, double sigma) {
    return StrictMath.exp(gauss(mu, sigma));
  }

  double pareto(double alpha) {
    return StrictMath.pow(unit(), -1 / alpha);
  }

  double weibull(double alpha, double beta) {
    return alpha * StrictMath.pow(-StrictMath.log(unit()), 1 / beta);
  }

  double gamma(double alpha, double beta) {
    return beta * StrictMath.exp(logGamma(alpha));
  }

  /** In logarithms: with small shapes both gammas are below what a double can hold. */
  double beta(double alpha, double beta) {
    double one = logGamma(alpha);
    double other = logGamma(beta);
    return 1 / (1 + StrictMath.exp(other - one));
  }

  /**
   * The logarithm of a gamma of scale 1, by Marsaglia and Tsang; of a shape below 1 by that of the
   * next and a power of a uniform.
   */
  private double logGamma(double shape) {
    double lift = shape < 1 ? StrictMath.log(unit()) / shape : 0;
    double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = 1 + c * x;
      if (v > 0) {
        double logV = 3 * StrictMath.log(v);
        double cube = v * v * v;
        if (StrictMath.log(unit()) < x * x / 2 + d - d * cube + d * logV) {
          return StrictMath.log(d) + logV + lift;
        }
      }
    }
  }
}
