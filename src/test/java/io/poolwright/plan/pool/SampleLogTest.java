package io.poolwright.plan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.pool.PoolStatus.AutoScaleSamples;
import io.poolwright.autoscale.Metric;
import io.poolwright.autoscale.Sample;
import io.poolwright.cluster.Clients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The history of a pool's variables, as it is kept in its status. */
class SampleLogTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private static Map<Metric, Long> readings(long value) {
    return Map.of(Metric.ACTIVE_TASKS, value, Metric.FREE_SLOTS, 0L);
  }

  private static SampleLog log(int samples, Duration period, @Nullable Random random) {
    SampleLog log = SampleLog.EMPTY;
    for (int i = 0; i < samples; i++) {
      Map<Metric, Long> all = new java.util.EnumMap<>(Metric.class);
      for (Metric metric : Metric.values()) {
        all.put(metric, random == null ? 0L : random.nextLong(1000));
      }
      log = log.add(START.plus(period.multipliedBy(i)), all);
    }
    return log;
  }

  @RepeatedTest(50)
  void whatIsWrittenIsRead(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    SampleLog log = SampleLog.EMPTY;
    List<Double> values = new ArrayList<>();
    Instant time = START;
    for (int i = random.nextInt(60); i > 0; i--) {
      time = time.plusSeconds(1 + random.nextInt(3) * 30L);
      long value = random.nextInt(3);
      values.add((double) value);
      log = log.add(time.plusMillis(400), readings(value));
    }
    SampleLog again = SampleLog.read(log.written());
    assertThat(again.samples()).isEqualTo(log.samples());
    assertThat(again.written()).isEqualTo(log.written());
    assertThat(again.last()).isEqualTo(log.last());
    assertThat(log.samples().getOrDefault(Metric.ACTIVE_TASKS, List.of()))
        .extracting(Sample::value)
        .isEqualTo(values);
  }

  @Test
  void twoHoursAreKept() {
    SampleLog log = log(300, Duration.ofSeconds(30), null);
    List<Sample> kept = log.samples().get(Metric.ACTIVE_TASKS);
    assertThat(Duration.between(kept.getFirst().time(), kept.getLast().time()))
        .isEqualTo(SampleLog.KEPT);
  }

  @Test
  void aShortPeriodDoesNotMakeItLonger() {
    assertThat(log(2000, Duration.ofSeconds(5), null).samples().get(Metric.ACTIVE_TASKS))
        .hasSize(SampleLog.MOST);
  }

  /** What decision 6 says of the size of a status, for the fourteen variables that are sampled. */
  @Test
  void itIsSmall() {
    assertThat(bytes(log(241, Duration.ofSeconds(30), null)))
        .as("idle, of 25 variables")
        .isLessThan(1024);
    assertThat(bytes(log(SampleLog.MOST, Duration.ofSeconds(5), new Random(7))))
        .as("the worst: each value another one")
        .isLessThan(64 * 1024);
  }

  private static int bytes(SampleLog log) {
    return Clients.serialization().asJson(log.written()).length();
  }

  @Test
  void aClockThatIsSetBackBeginsAnew() {
    SampleLog log =
        SampleLog.EMPTY.add(START, readings(1)).add(START.minusSeconds(60), readings(2));
    assertThat(log.samples().get(Metric.ACTIVE_TASKS))
        .containsExactly(new Sample(START.minusSeconds(60), 2));
  }

  /** As after an upgrade, and after the way back. */
  @Test
  void aVariableMoreOrLessLeavesTheOthersTheirHistory() {
    Instant later = START.plusSeconds(30);
    Instant last = START.plusSeconds(60);
    SampleLog grown =
        SampleLog.EMPTY
            .add(START, Map.of(Metric.ACTIVE_TASKS, 1L))
            .add(later, Map.of(Metric.ACTIVE_TASKS, 2L, Metric.FREE_SLOTS, 5L));
    assertThat(grown.samples())
        .isEqualTo(
            Map.of(
                Metric.ACTIVE_TASKS,
                List.of(new Sample(START, 1), new Sample(later, 2)),
                Metric.FREE_SLOTS,
                List.of(new Sample(later, 5))));
    assertThat(SampleLog.read(grown.written()).samples()).isEqualTo(grown.samples());
    assertThat(grown.add(last, Map.of(Metric.ACTIVE_TASKS, 3L)).samples())
        .isEqualTo(
            Map.of(
                Metric.ACTIVE_TASKS,
                List.of(new Sample(START, 1), new Sample(later, 2), new Sample(last, 3))));
  }

  @Test
  void aVariableThatIsNewIsKeptForTwoHoursToo() {
    SampleLog log = SampleLog.EMPTY;
    for (int i = 0; i < 600; i++) {
      log =
          log.add(
              START.plusSeconds(30L * i),
              i < 400
                  ? Map.of(Metric.ACTIVE_TASKS, (long) i)
                  : Map.of(Metric.ACTIVE_TASKS, (long) i, Metric.FREE_SLOTS, (long) i));
    }
    assertThat(log.samples().get(Metric.ACTIVE_TASKS)).hasSize(241);
    assertThat(log.samples().get(Metric.FREE_SLOTS))
        .hasSize(200)
        .startsWith(new Sample(START.plusSeconds(12000), 400));
  }

  @Test
  void aSecondSampleOfTheSameSecondTakesThePlaceOfTheFirst() {
    SampleLog log =
        SampleLog.EMPTY
            .add(START.minusSeconds(30), readings(1))
            .add(START, readings(2))
            .add(START.plusMillis(700), readings(3));
    assertThat(log.samples().get(Metric.ACTIVE_TASKS))
        .containsExactly(new Sample(START.minusSeconds(30), 1), new Sample(START, 3));
  }

  @ParameterizedTest
  @CsvSource({
    "yesterday,30,1 2",
    "2026-03-01T12:00:00Z,30 x,1 2 3",
    "2026-03-01T12:00:00Z,30,1 2 3",
    "2026-03-01T12:00:00Z,30*,1 2",
    "2026-03-01T12:00:00Z,9223372036854775807,1 2",
    "2026-03-01T12:00:00Z,99999999999999,1 2",
    "2026-03-01T12:00:00Z,30,1*999999999999"
  })
  void whatSomebodyElseWroteIsNoHistory(String start, String gaps, String values) {
    SampleLog log =
        SampleLog.read(new AutoScaleSamples(start, gaps, Map.of("$ActiveTasks", values)));
    assertThat(log.samples()).isEmpty();
    assertThat(log.last()).isEmpty();
  }
}
