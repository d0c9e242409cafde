package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * How a value is drawn. The names of the parameters are those of Python's module random, which
 * batch-shipyard has them from.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "[has(self.integer), has(self.uniform), has(self.triangular), has(self.beta), has(self.exponential), has(self.gamma),"
            + " has(self.gauss), has(self.lognormal), has(self.pareto), has(self.weibull)].filter(x, x).size() == 1",
    message = "name exactly one distribution")
public record RandomValue(
    @JsonPropertyDescription("A whole number from min to max, each as likely.")
        @Nullable IntegerRange integer,
    @JsonPropertyDescription("From a to b, everywhere as likely.") @Nullable Uniform uniform,
    @JsonPropertyDescription("From low to high, most likely at mode.")
        @Nullable Triangular triangular,
    @JsonPropertyDescription("Between 0 and 1, with the shapes alpha and beta.")
        @Nullable AlphaBeta beta,
    @JsonPropertyDescription("From 0 up, 1 / lambda on average.") @Nullable Exponential exponential,
    @JsonPropertyDescription("From 0 up, with the shape alpha and the scale beta.")
        @Nullable AlphaBeta gamma,
    @JsonPropertyDescription("The normal distribution: mean mu, standard deviation sigma.")
        @Nullable MuSigma gauss,
    @JsonPropertyDescription("Its logarithm is normal, with mu and sigma.")
        @Nullable MuSigma lognormal,
    @JsonPropertyDescription("From 1 up, with the shape alpha.") @Nullable Pareto pareto,
    @JsonPropertyDescription("From 0 up, with the scale alpha and the shape beta.")
        @Nullable AlphaBeta weibull) {

  /** Bounds must be within 64 bits: a value without a fraction is compared as a whole number. */
  private static final double LARGE = 1e15;

  /** Both ends can be drawn. */
  @ValidationRule(value = "self.min <= self.max", message = "min must not be above max")
  public record IntegerRange(
      @Required @Min(-TaskFactory.MOST) @Max(TaskFactory.MOST) long min,
      @Required @Min(-TaskFactory.MOST) @Max(TaskFactory.MOST) long max) {}

  /** The bounds. */
  @ValidationRule(value = "self.a <= self.b", message = "a must not be above b")
  public record Uniform(
      @Required @Min(-LARGE) @Max(LARGE) double a, @Required @Min(-LARGE) @Max(LARGE) double b) {}

  /** The mode is halfway unless given. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "self.low <= self.high && (!has(self.mode) || (self.low <= self.mode && self.mode <= self.high))",
      message = "low must not be above mode, nor mode above high")
  public record Triangular(
      @Required @Min(-LARGE) @Max(LARGE) double low,
      @Required @Min(-LARGE) @Max(LARGE) double high,
      @Min(-LARGE) @Max(LARGE) @Nullable Double mode) {}

  /** Two numbers above 0. */
  @ValidationRule(
      value = "self.alpha >= 0.000001 && self.beta >= 0.000001",
      message = "alpha and beta must be at least 0.000001")
  public record AlphaBeta(
      @Required @Min(1e-6) @Max(1e6) double alpha, @Required @Min(1e-6) @Max(1e6) double beta) {}

  /** The rate. */
  @ValidationRule(value = "self.lambda >= 0.000001", message = "lambda must be at least 0.000001")
  public record Exponential(@Required @Min(1e-6) @Max(1e6) double lambda) {}

  /** Mean and standard deviation, of the value or of its logarithm. */
  public record MuSigma(
      @Required @Min(-LARGE) @Max(LARGE) double mu, @Required @Min(0) @Max(LARGE) double sigma) {}

  /** The shape. */
  @ValidationRule(value = "self.alpha >= 0.000001", message = "alpha must be at least 0.000001")
  public record Pareto(@Required @Min(1e-6) @Max(1e6) double alpha) {}
}
