package io.poolwright.autoscale;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an expression can be (§3.6.3). A truth is a double, zero or not; a doubleVecList exists only
 * as the arguments of a function.
 *
 * <p>A vector of one element stands for its element wherever a double is wanted. A vector of none
 * is what is made of samples that are not there: it goes through arithmetic and functions, so that
 * {@code max(0, $ActiveTasks.GetSample(1))} is 0 in a pool without samples, and becomes an error
 * where at last a double is needed.
 */
sealed interface Value {
  /** For messages: Azure's name of the type. */
  String type();

  /** As in the results string. */
  String shown();

  /** Always finite. */
  record Num(double value) implements Value {
    static Num truth(boolean truth) {
      return new Num(truth ? 1 : 0);
    }

    @Override
    public String type() {
      return "double";
    }

    @Override
    public String shown() {
      return number(value);
    }
  }

  record Vec(List<Double> elements) implements Value {
    static final Vec NONE = new Vec(List.of());

    @Override
    public String type() {
      return "doubleVec";
    }

    @Override
    public String shown() {
      return elements.stream().map(Value::number).collect(Collectors.joining(",", "[", "]"));
    }
  }

  record Text(String content) implements Value {
    @Override
    public String type() {
      return "string";
    }

    @Override
    public String shown() {
      return content;
    }
  }

  record Stamp(Instant instant) implements Value {
    @Override
    public String type() {
      return "timestamp";
    }

    @Override
    public String shown() {
      return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
  }

  /** A timeinterval, in units of 100 ns: finer there is none. */
  record Interval(long ticks) implements Value {
    static final long TICKS_PER_SECOND = 10_000_000;

    Duration duration() {
      return Duration.ofSeconds(
          Math.floorDiv(ticks, TICKS_PER_SECOND), Math.floorMod(ticks, TICKS_PER_SECOND) * 100);
    }

    @Override
    public String type() {
      return "timeinterval";
    }

    @Override
    public String shown() {
      return duration().toString();
    }
  }

  /** Whole numbers without a fraction, others with as many digits as tell them apart. */
  private static String number(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    return size >= 1e-5 && size < 1e15
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }
}
