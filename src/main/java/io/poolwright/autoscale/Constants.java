package io.poolwright.autoscale;

import io.poolwright.autoscale.Value.Interval;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The words that stand for a value (§3.6.2, §3.6.3). A year has 365 days; a deallocation option is
 * a string.
 */
final class Constants {
  static final Map<String, Value> ALL = all();

  private Constants() {}

  static Optional<Value> named(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  private static Map<String, Value> all() {
    long second = Interval.TICKS_PER_SECOND;
    long day = 86_400 * second;
    Map<String, Value> all = new LinkedHashMap<>();
    all.put("TimeInterval_Zero", new Interval(0));
    all.put("TimeInterval_100ns", new Interval(1));
    all.put("TimeInterval_Microsecond", new Interval(10));
    all.put("TimeInterval_Millisecond", new Interval(10_000));
    all.put("TimeInterval_Second", new Interval(second));
    all.put("TimeInterval_Minute", new Interval(60 * second));
    all.put("TimeInterval_Hour", new Interval(3600 * second));
    all.put("TimeInterval_Day", new Interval(day));
    all.put("TimeInterval_Week", new Interval(7 * day));
    all.put("TimeInterval_Year", new Interval(365 * day));
    for (NodeDeallocationOption option : NodeDeallocationOption.values()) {
      all.put(option.word(), new Value.Text(option.word()));
    }
    return Map.copyOf(all);
  }
}
