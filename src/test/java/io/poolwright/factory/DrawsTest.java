package io.poolwright.factory;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.RandomValue;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Random values are what they say they are, and stay what they are. */
class DrawsTest {
  private static final int SAMPLES = 20_000;

  /** Kolmogorov and Smirnov: a right distribution is farther off once in a million seeds. */
  private static final double FAR = 2.7 / Math.sqrt(SAMPLES);

  private static double[] sample(ToDoubleFunction<Draws> distribution) {
    return IntStream.range(0, SAMPLES)
        .mapToDouble(i -> distribution.applyAsDouble(new Draws(42, i, 0)))
        .sorted()
        .toArray();
  }

  private static DynamicTest follows(
      String name, ToDoubleFunction<Draws> distribution, DoubleUnaryOperator below) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          double[] sorted = sample(distribution);
          double farthest = 0;
          for (int i = 0; i < SAMPLES; i++) {
            double expected = below.applyAsDouble(sorted[i]);
            farthest = Math.max(farthest, Math.abs(expected - (double) i / SAMPLES));
            farthest = Math.max(farthest, Math.abs(expected - (i + 1.0) / SAMPLES));
          }
          assertThat(farthest).isLessThan(FAR);
        });
  }

  @Test
  void aValueIsANumberHoweverFarItsTailReaches() throws InvalidFactory {
    RandomValue far =
        new RandomValue(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new RandomValue.MuSigma(100_000, 0),
            null,
            null);
    assertThat(Drawn.parameter(far).draw(new Draws(1, 0, 0))).isEqualTo("1.7976931348623157E308");
  }

  @TestFactory
  Stream<DynamicTest> distributions() {
    return Stream.of(
        follows("uniform", d -> d.uniform(-3, 5), x -> (x + 3) / 8),
        follows("triangular", d -> d.triangular(0, 10, 4), DrawsTest::triangular),
        follows("triangular, up only", d -> d.triangular(0, 1, 1), x -> x * x),
        follows("exponential", d -> d.exponential(2), x -> 1 - Math.exp(-2 * x)),
        follows("gauss", d -> d.gauss(5, 3), x -> normal((x - 5) / 3)),
        follows("lognormal", d -> d.lognormal(1, 0.5), x -> normal((Math.log(x) - 1) / 0.5)),
        follows("pareto", d -> d.pareto(3), x -> 1 - Math.pow(x, -3)),
        follows("weibull", d -> d.weibull(2, 1.5), x -> 1 - Math.exp(-Math.pow(x / 2, 1.5))),
        follows("gamma of shape 1", d -> d.gamma(1, 2), x -> 1 - Math.exp(-x / 2)),
        follows(
            "gamma of shape 3", d -> d.gamma(3, 1), x -> 1 - Math.exp(-x) * (1 + x + x * x / 2)),
        follows("gamma of shape 1/2", d -> d.gamma(0.5, 2), x -> 2 * normal(Math.sqrt(x)) - 1),
        follows("beta, flat", d -> d.beta(1, 1), x -> x),
        follows("beta, 3 and 1", d -> d.beta(3, 1), x -> x * x * x),
        follows("beta, 2 and 2", d -> d.beta(2, 2), x -> x * x * (3 - 2 * x)),
        follows("beta, arcsine", d -> d.beta(0.5, 0.5), DrawsTest::arcsine));
  }

  private static double triangular(double x) {
    return x < 4 ? x * x / 40 : 1 - (10 - x) * (10 - x) / 60;
  }

  private static double arcsine(double x) {
    return 2 / Math.PI * Math.asin(Math.sqrt(x));
  }

  /** By the series of the error function, or by its continued fraction where that is better. */
  private static double normal(double z) {
    if (z < 0) {
      return 1 - normal(-z);
    }
    double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    if (z > 4) {
      double fraction = 0;
      for (int i = 30; i > 0; i--) {
        fraction = i / (z + fraction);
      }
      return 1 - density / (z + fraction);
    }
    double term = z;
    double sum = z;
    for (int i = 1; i < 100; i++) {
      term *= z * z / (2 * i + 1);
      sum += term;
    }
    return 0.5 + density * sum;
  }

  /** Where both gammas are below what a double holds, half of the values are 0 and half 1. */
  @Test
  void betaOfVerySmallShapesGoesToItsEnds() {
    double[] values = sample(d -> d.beta(1e-6, 1e-6));
    assertThat(Arrays.stream(values).noneMatch(Double::isNaN)).isTrue();
    assertThat(Arrays.stream(values).average().orElseThrow()).isBetween(0.48, 0.52);
  }

  @Test
  void wholeNumbersAreAllAsLikelyAndBothEndsAreDrawn() {
    long[] counts = new long[7];
    for (int i = 0; i < 70_000; i++) {
      counts[(int) new Draws(7, i, 3).whole(-3, 3) + 3]++;
    }
    assertThat(Arrays.stream(counts).boxed())
        .allSatisfy(c -> assertThat(c).isBetween(9_500L, 10_500L));
    long most = 9007199254740991L;
    assertThat(LongStream.range(0, 1000).map(i -> new Draws(1, i, 0).whole(-most, most)))
        .allSatisfy(v -> assertThat(v).isBetween(-most, most))
        .anySatisfy(v -> assertThat(v).isGreaterThan(most / 2));
    assertThat(new Draws(0, 0, 0).whole(4, 4)).isEqualTo(4);
  }

  /** A seed that gave other values in another version would change the tasks of a running job. */
  @Test
  void theSameSeedGivesTheSameValuesForEver() {
    assertThat(new Draws(0, 0, 0).whole(0, 999_999)).isEqualTo(376424);
    assertThat(new Draws(0, 1, 0).whole(0, 999_999)).isEqualTo(638388);
    assertThat(new Draws(0, 0, 1).whole(0, 999_999)).isEqualTo(72918);
    assertThat(new Draws(-5, 123_456, 2).gauss(0, 1)).isEqualTo(1.04890557866399);
    assertThat(new Draws(-5, 123_456, 2).beta(0.5, 3)).isEqualTo(0.11514764029743513);
  }

  @Test
  void neighboursHaveNothingInCommon() {
    double[] byIndex = IntStream.range(0, SAMPLES).mapToDouble(i -> unit(0, i, 0)).toArray();
    double[] bySeed = IntStream.range(0, SAMPLES).mapToDouble(i -> unit(i, 0, 0)).toArray();
    double[] byParameter = IntStream.range(0, SAMPLES).mapToDouble(i -> unit(0, 0, i)).toArray();
    assertThat(Stream.of(byIndex, bySeed, byParameter))
        .allSatisfy(values -> {
          assertThat(correlationOfNeighbours(values)).isBetween(-0.04, 0.04);
          assertThat(Arrays.stream(values).distinct().count()).isEqualTo(SAMPLES);
        });
  }

  private static double unit(long seed, long index, int parameter) {
    return new Draws(seed, index, parameter).unit();
  }

  private static double correlationOfNeighbours(double[] values) {
    double sum = 0;
    for (int i = 1; i < values.length; i++) {
      sum += (values[i] - 0.5) * (values[i - 1] - 0.5);
    }
    return sum / (values.length - 1) * 12;
  }
}
