package io.poolwright.autoscale;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The samples of one variable, oldest first (§3.6.7). */
final class History {
  /** How far apart samples are expected; an operator may take them more often. */
  static final Duration PERIOD = Duration.ofSeconds(30);

  /** How much too close to the next a sample may be and still stand for its own period. */
  private static final Duration LEEWAY = PERIOD.dividedBy(10);

  static final History NONE = new History(List.of());

  private final List<Sample> samples;

  private History(List<Sample> samples) {
    this.samples = samples;
  }

  /** Of these samples, in whatever order, those that exist at that time. */
  static History of(List<Sample> samples, Instant now) {
    return new History(
        samples.stream()
            .filter(s -> !s.time().isAfter(now))
            .sorted(Comparator.comparing(Sample::time))
            .toList());
  }

  int count() {
    return samples.size();
  }

  Optional<Sample> oldest() {
    return samples.isEmpty() ? Optional.empty() : Optional.of(samples.getFirst());
  }

  /** The last ones, oldest first; fewer if there are fewer. */
  List<Double> last(int count) {
    return values(
        samples.subList(samples.size() - Math.min(count, samples.size()), samples.size()));
  }

  /**
   * The samples of a window, its ends included, which may come in either order.
   *
   * <p>A window of ten minutes has room for twenty samples, and not for twenty-one: where one lies
   * exactly on either end, the one at the start belongs to the window before.
   */
  List<Double> window(Instant one, Instant other) {
    return values(within(one, other));
  }

  /**
   * How many of the expected samples a window has, 0 to 100: one is expected in every full period,
   * and at least one at all. Several that came within a period count as one, so that a few dense
   * readings do not stand for those that are missing.
   */
  double percent(Instant one, Instant other) {
    long periods = Duration.between(one, other).abs().dividedBy(PERIOD);
    long expected = Math.max(1, periods);
    List<Sample> there = within(one, other);
    long filled =
        there.stream()
            .map(s -> Duration.between(s.time(), there.getLast().time()))
            .mapToLong(age -> age.plus(LEEWAY).dividedBy(PERIOD))
            .distinct()
            .count();
    return Math.min(100, 100.0 * filled / expected);
  }

  private List<Sample> within(Instant one, Instant other) {
    Instant start = one.isBefore(other) ? one : other;
    Instant end = one.isBefore(other) ? other : one;
    int from = firstNotBefore(start);
    int to = firstNotBefore(end.plusNanos(1));
    boolean bothEnds =
        to - from > 1
            && start.isBefore(end)
            && samples.get(from).time().equals(start)
            && samples.get(to - 1).time().equals(end);
    return samples.subList(bothEnds ? from + 1 : from, Math.max(from, to));
  }

  private int firstNotBefore(Instant time) {
    int low = 0;
    int high = samples.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (samples.get(middle).time().isBefore(time)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static List<Double> values(List<Sample> samples) {
    return samples.stream().map(Sample::value).toList();
  }
}
