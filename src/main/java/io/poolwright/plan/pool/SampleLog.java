package io.poolwright.plan.pool;

import io.poolwright.api.pool.PoolStatus.AutoScaleSamples;
import io.poolwright.autoscale.Metric;
import io.poolwright.autoscale.Sample;
import io.poolwright.autoscale.Surroundings;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the sampled variables of a pool were, as a formula sees it and as the pool's status keeps
 * it. Times are whole seconds, values whole numbers.
 */
final class SampleLog {
  /** Formulas look back minutes, rarely an hour. */
  static final Duration KEPT = Duration.ofHours(2);

  /** Bounds the status where samples are taken more often than the usual 30 seconds. */
  static final int MOST = 500;

  static final SampleLog EMPTY = new SampleLog(List.of(), Map.of());

  private final List<Instant> times;

  /** The latest is of the latest time; one that is sampled only since an upgrade has fewer. */
  private final Map<Metric, List<Long>> values;

  private SampleLog(List<Instant> times, Map<Metric, List<Long>> values) {
    this.times = times;
    this.values = values;
  }

  /** What somebody else wrote into the status, and cannot be read, is no history. */
  static SampleLog read(@Nullable AutoScaleSamples written) {
    if (written == null) {
      return EMPTY;
    }
    try {
      List<Instant> times = new ArrayList<>();
      Instant time = Instant.parse(written.startTime());
      times.add(time);
      for (long gap : unpacked(written.gaps())) {
        time = time.plusSeconds(gap);
        times.add(time);
      }
      if (!times.stream().allMatch(Surroundings::admits)) {
        return EMPTY;
      }
      Map<Metric, List<Long>> values = new EnumMap<>(Metric.class);
      for (Map.Entry<String, String> one : written.values().entrySet()) {
        Optional<Metric> metric = Metric.named(one.getKey());
        List<Long> list = unpacked(one.getValue());
        if (list.size() > times.size()) {
          return EMPTY;
        }
        metric.ifPresent(m -> values.put(m, list));
      }
      return new SampleLog(times, values);
    } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
      return EMPTY;
    }
  }

  private static List<Long> unpacked(String text) {
    List<Long> list = new ArrayList<>();
    for (String word : text.isEmpty() ? new String[0] : text.split(" ")) {
      int star = word.indexOf('*');
      long value = Long.parseLong(star < 0 ? word : word.substring(0, star));
      int times = star < 0 ? 1 : Integer.parseInt(word.substring(star + 1));
      for (int i = 0; i < times && list.size() <= MOST; i++) {
        list.add(value);
      }
    }
    return list;
  }

  private static String packed(List<Long> list) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < list.size(); ) {
      int end = i + 1;
      while (end < list.size() && list.get(end).equals(list.get(i))) {
        end++;
      }
      text.append(text.isEmpty() ? "" : " ").append(list.get(i));
      if (end - i > 1) {
        text.append('*').append(end - i);
      }
      i = end;
    }
    return text.toString();
  }

  /** Null where there is nothing to keep. */
  @Nullable AutoScaleSamples written() {
    if (times.isEmpty()) {
      return null;
    }
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      gaps.add(Duration.between(times.get(i - 1), times.get(i)).toSeconds());
    }
    Map<String, String> shown = new TreeMap<>();
    values.forEach((metric, list) -> shown.put(metric.variable(), packed(list)));
    return new AutoScaleSamples(times.getFirst().toString(), packed(gaps), shown);
  }

  /**
   * With one more sample of each variable that is read now; those of the same second it replaces. A
   * clock that was set back makes the history begin anew: it cannot go back in time.
   */
  SampleLog add(Instant now, Map<Metric, Long> readings) {
    Instant time = now.truncatedTo(ChronoUnit.SECONDS);
    int end = times.size();
    if (end > 0 && !times.getLast().isBefore(time)) {
      end = times.getLast().equals(time) ? end - 1 : 0;
    }
    int start = Math.max(0, end + 1 - MOST);
    while (start < end && times.get(start).isBefore(time.minus(KEPT))) {
      start++;
    }
    List<Instant> all = new ArrayList<>(times.subList(start, end));
    all.add(time);
    Map<Metric, List<Long>> next = new EnumMap<>(Metric.class);
    for (Map.Entry<Metric, Long> reading : readings.entrySet()) {
      List<Long> old = values.getOrDefault(reading.getKey(), List.of());
      int first = times.size() - old.size();
      int from = Math.max(start, first);
      List<Long> list =
          from < end ? new ArrayList<>(old.subList(from - first, end - first)) : new ArrayList<>();
      list.add(reading.getValue());
      next.put(reading.getKey(), list);
    }
    return new SampleLog(all, next);
  }

  Optional<Instant> last() {
    return times.isEmpty() ? Optional.empty() : Optional.of(times.getLast());
  }

  /** The latest value; 0 where there is none. */
  long last(Metric metric) {
    List<Long> list = values.getOrDefault(metric, List.of());
    return list.isEmpty() ? 0 : list.getLast();
  }

  /** As a formula takes them. */
  Map<Metric, List<Sample>> samples() {
    Map<Metric, List<Sample>> samples = new EnumMap<>(Metric.class);
    values.forEach((metric, list) -> {
      List<Sample> one = new ArrayList<>();
      int first = times.size() - list.size();
      for (int i = 0; i < list.size(); i++) {
        one.add(new Sample(times.get(first + i), list.get(i)));
      }
      samples.put(metric, one);
    });
    return samples;
  }
}
