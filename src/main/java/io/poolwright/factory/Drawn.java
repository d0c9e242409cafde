package io.poolwright.factory;

import io.poolwright.api.job.RandomValue;
import io.poolwright.api.job.RandomValue.AlphaBeta;
import io.poolwright.api.job.RandomValue.IntegerRange;
import io.poolwright.api.job.RandomValue.MuSigma;
import io.poolwright.api.job.RandomValue.Triangular;
import io.poolwright.api.job.RandomValue.Uniform;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Random values. */
record Drawn(long count, long seed, List<Parameter> parameters) implements Generator {

  /** One value of a task. */
  sealed interface Parameter {
    String draw(Draws draws);

    Extent extent();
  }

  private record Whole(IntegerRange range) implements Parameter {
    @Override
    public String draw(Draws draws) {
      return Long.toString(draws.whole(range.min(), range.max()));
    }

    @Override
    public Extent extent() {
      return Extent.between(range.min(), range.max());
    }
  }

  private record Real(ToDoubleFunction<Draws> distribution) implements Parameter {
    /** From 0.0 to -2.2250738585072014E-308. */
    private static final Extent EXTENT = new Extent(3, 24, false);

    @Override
    public String draw(Draws draws) {
      // A tail may reach beyond what a number can be.
      double drawn = distribution.applyAsDouble(draws);
      return Double.toString(Math.clamp(drawn, -Double.MAX_VALUE, Double.MAX_VALUE));
    }

    @Override
    public Extent extent() {
      return EXTENT;
    }
  }

  /**
   * @throws InvalidFactory with a path below the value
   */
  static Parameter parameter(RandomValue value) throws InvalidFactory {
    List<Parameter> named = new ArrayList<>();
    IntegerRange integer = value.integer();
    if (integer != null) {
      ordered("integer", integer.min() <= integer.max(), "min must not be above max");
      named.add(new Whole(integer));
    }
    Uniform uniform = value.uniform();
    if (uniform != null) {
      ordered("uniform", uniform.a() <= uniform.b(), "a must not be above b");
      named.add(new Real(d -> d.uniform(uniform.a(), uniform.b())));
    }
    if (value.triangular() != null) {
      named.add(triangular(value.triangular()));
    }
    Stream.of(
            shaped(value.beta(), Draws::beta),
            shaped(value.gamma(), Draws::gamma),
            shaped(value.weibull(), Draws::weibull),
            normal(value.gauss(), Draws::gauss),
            normal(value.lognormal(), Draws::lognormal))
        .filter(Objects::nonNull)
        .forEach(named::add);
    RandomValue.Exponential exponential = value.exponential();
    if (exponential != null) {
      named.add(new Real(d -> d.exponential(exponential.lambda())));
    }
    RandomValue.Pareto pareto = value.pareto();
    if (pareto != null) {
      named.add(new Real(d -> d.pareto(pareto.alpha())));
    }
    if (named.size() != 1) {
      throw new InvalidFactory("", "name exactly one distribution");
    }
    return named.getFirst();
  }

  private static Parameter triangular(Triangular given) throws InvalidFactory {
    double mode = given.mode() == null ? given.low() / 2 + given.high() / 2 : given.mode();
    ordered(
        "triangular",
        given.low() <= mode && mode <= given.high(),
        "low must not be above mode, nor mode above high");
    return new Real(d -> d.triangular(given.low(), given.high(), mode));
  }

  /** A distribution of two numbers. */
  private interface OfTwo {
    double draw(Draws draws, double one, double other);
  }

  private static @Nullable Parameter shaped(@Nullable AlphaBeta given, OfTwo distribution) {
    return given == null ? null : new Real(d -> distribution.draw(d, given.alpha(), given.beta()));
  }

  private static @Nullable Parameter normal(@Nullable MuSigma given, OfTwo distribution) {
    return given == null ? null : new Real(d -> distribution.draw(d, given.mu(), given.sigma()));
  }

  private static void ordered(String path, boolean ordered, String message) throws InvalidFactory {
    if (!ordered) {
      throw new InvalidFactory(path, message);
    }
  }

  @Override
  public List<String> placeholders() {
    return Generator.numbers(parameters.size());
  }

  @Override
  public BigInteger size() {
    return BigInteger.valueOf(count);
  }

  @Override
  public List<String> values(long index) {
    return IntStream.range(0, parameters.size())
        .mapToObj(i -> parameters.get(i).draw(new Draws(seed, index, i)))
        .toList();
  }

  @Override
  public Extent extent(int placeholder) {
    return parameters.get(placeholder).extent();
  }

  /** Only of one value; others differ in digits alone. */
  @Override
  public boolean always(int placeholder, Predicate<String> holds) {
    return holds.test(values(0).get(placeholder));
  }
}
