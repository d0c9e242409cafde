package io.poolwright.factory;

import io.poolwright.api.job.TaskFactory.ParameterSet;
import java.util.List;
import java.util.function.Predicate;

/** The values of one parameter set, by their place in it. */
sealed interface Column {
  long size();

  String at(long place);

  Extent extent();

  /** Whether it holds of every value, as far as the text of numbers can differ. */
  boolean always(Predicate<String> holds);

  /**
   * @throws InvalidFactory with a path below the set
   */
  static Column of(ParameterSet set) throws InvalidFactory {
    Long start = set.start();
    Long end = set.end();
    boolean numbers = start != null || end != null || set.step() != null;
    if (numbers == !set.values().isEmpty()) {
      throw new InvalidFactory("", "give start and end, or values");
    }
    if (!numbers) {
      return Listed.of(set.values());
    }
    if (start == null || end == null) {
      throw new InvalidFactory(start == null ? "start" : "end", "is required");
    }
    long step = set.step() == null ? 1 : set.step();
    if (step == 0) {
      throw new InvalidFactory("step", "must not be 0; leave it out for 1");
    }
    if (!start.equals(end) && start < end != step > 0) {
      throw new InvalidFactory(
          "step",
          "leads from " + start + " away from end, " + end + "; downward the step is negative");
    }
    // Far from overflow: the schema bounds both by 2^53.
    return new Stepped(start, step, Math.subtractExact(end, start) / step + 1);
  }

  /** From start on in equal steps. */
  record Stepped(long start, long step, long size) implements Column {
    @Override
    public String at(long place) {
      return Long.toString(start + place * step);
    }

    @Override
    public Extent extent() {
      return Extent.between(start, start + (size - 1) * step);
    }

    @Override
    public boolean always(Predicate<String> holds) {
      return holds.test(at(0)) && holds.test(at(size - 1));
    }
  }

  /** One by one. */
  record Listed(List<String> values, Extent extent) implements Column {
    static Listed of(List<String> values) {
      return new Listed(
          values,
          new Extent(
              values.stream().mapToInt(String::length).min().orElse(0),
              values.stream().mapToInt(String::length).max().orElse(0),
              values.stream().allMatch(v -> v.matches("[0-9]+"))));
    }

    @Override
    public long size() {
      return values.size();
    }

    @Override
    public String at(long place) {
      return values.get((int) place);
    }

    @Override
    public boolean always(Predicate<String> holds) {
      return values.stream().allMatch(holds);
    }
  }
}
