package io.poolwright.plan.jobschedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.poolwright.api.Span;
import io.poolwright.api.jobschedule.JobScheduleSpec.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartTimesTest {
  private static final Instant CREATED = Instant.parse("2026-03-01T12:00:00Z");

  private static StartTimes of(
      @Nullable String interval,
      @Nullable String cron,
      @Nullable String zone,
      @Nullable String until,
      @Nullable String after) {
    return StartTimes.of(
        new Schedule(interval == null ? null : new Span(interval), cron, zone, until, after, null),
        CREATED);
  }

  private static Instant t(String time) {
    return Instant.parse(time);
  }

  @Test
  void withoutARecurrenceThereIsOneStart() {
    StartTimes once = of(null, null, null, null, null);
    assertThat(once.latest(CREATED.minusSeconds(1))).isEmpty();
    assertThat(once.latest(CREATED.plusSeconds(99))).contains(CREATED);
    assertThat(once.next(CREATED.minusSeconds(1))).contains(CREATED);
    assertThat(once.next(CREATED)).isEmpty();
  }

  @Test
  void anIntervalCountsFromDoNotRunUntilUpToDoNotRunAfter() {
    StartTimes hourly = of("1h", null, null, "2026-03-01T15:30:00+01:00", "2026-03-01T17:00:00Z");
    assertThat(hourly.latest(t("2026-03-01T14:29:59Z"))).isEmpty();
    assertThat(hourly.next(t("2026-03-01T13:00:00Z"))).contains(t("2026-03-01T14:30:00Z"));
    assertThat(hourly.latest(t("2026-03-01T15:30:00Z"))).contains(t("2026-03-01T15:30:00Z"));
    assertThat(hourly.next(t("2026-03-01T15:30:00Z"))).contains(t("2026-03-01T16:30:00Z"));
    assertThat(hourly.next(t("2026-03-01T16:30:00Z"))).isEmpty();
    assertThat(hourly.latest(t("2026-03-02T16:30:00Z"))).contains(t("2026-03-01T16:30:00Z"));
  }

  @Test
  void aDoNotRunUntilThatIsOverBeginsWithTheCreation() {
    assertThat(of("1h", null, null, "2020-01-01T00:17:00Z", null).latest(CREATED))
        .contains(CREATED);
  }

  @ParameterizedTest
  @CsvSource({
    "'0 3 * * *',   UTC,             2026-03-01T12:00:00Z, 2026-03-02T03:00:00Z",
    "'0 3 * * *',   Europe/Berlin,   2026-03-01T12:00:00Z, 2026-03-02T02:00:00Z",
    "'*/15 * * * *',UTC,             2026-03-01T12:00:00Z, 2026-03-01T12:15:00Z",
    "'30 8 * * 1',  UTC,             2026-03-01T12:00:00Z, 2026-03-02T08:30:00Z",
    "'30 8 * * 0',  UTC,             2026-03-01T12:00:00Z, 2026-03-08T08:30:00Z",
    "'30 8 * * 7',  UTC,             2026-03-01T12:00:00Z, 2026-03-08T08:30:00Z",
    "'30 8 * * MON-FRI', UTC,        2026-03-06T09:00:00Z, 2026-03-09T08:30:00Z",
    "'0 0 1 JAN *', UTC,             2026-03-01T12:00:00Z, 2027-01-01T00:00:00Z",
    "@daily,        UTC,             2026-03-01T12:00:00Z, 2026-03-02T00:00:00Z",
    "@weekly,       UTC,             2026-03-02T12:00:00Z, 2026-03-08T00:00:00Z",
    // The clocks go from 02:00 to 03:00 on the 29th, and back on October 25th.
    "'30 3 * * *',  Europe/Berlin,   2026-03-28T12:00:00Z, 2026-03-29T01:30:00Z",
    "'30 4 * * *',  Europe/Berlin,   2026-10-24T12:00:00Z, 2026-10-25T03:30:00Z",
  })
  void cronIsReadInItsTimeZone(String cron, String zone, String after, String expected) {
    StartTimes times = of(null, cron, zone, null, null);
    assertThat(times.next(t(after))).contains(t(expected));
    assertThat(times.latest(t(expected))).contains(t(expected));
    times
        .latest(t(expected).minusMillis(1))
        .ifPresent(earlier -> assertThat(times.next(earlier)).contains(t(expected)));
  }

  /**
   * In Berlin 02:00 to 03:00 is skipped on March 29th, and comes twice on October 25th, first as
   * 00:00Z.
   */
  @ParameterizedTest
  @CsvSource({
    "'30 2 * * *',    2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z",
    "'15,45 2 * * *', 2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z 2026-03-30T00:15:00Z",
    "'30 1-3 * * *',  2026-03-29T00:00:00Z, 2026-03-29T00:30:00Z 2026-03-29T01:00:00Z 2026-03-29T01:30:00Z",
    "'0 3 * * *',     2026-03-28T12:00:00Z, 2026-03-29T01:00:00Z 2026-03-30T01:00:00Z",
    "'30 * * * *',    2026-03-29T00:00:00Z, 2026-03-29T00:30:00Z 2026-03-29T01:30:00Z",
    "'30 2 * * *',    2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z",
    "'30 2 * * *',    2026-10-25T01:10:00Z, 2026-10-26T01:30:00Z",
    "'15,45 2 * * *', 2026-10-24T12:00:00Z, 2026-10-25T00:15:00Z 2026-10-25T00:45:00Z 2026-10-26T01:15:00Z",
    "'0 3 * * *',     2026-10-24T12:00:00Z, 2026-10-25T02:00:00Z",
    "'30 * * * *',    2026-10-25T00:00:00Z, 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-10-25T02:30:00Z",
    "'0 */2 * * *',   2026-10-24T23:00:00Z, 2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25T03:00:00Z",
  })
  void whereTheClocksChange(String cron, String after, String starts) {
    StartTimes times = of(null, cron, "Europe/Berlin", null, null);
    Instant before = t(after);
    for (String start : starts.split(" ", -1)) {
      assertThat(times.next(before)).contains(t(start));
      assertThat(times.next(t(start).minusMillis(1))).contains(t(start));
      assertThat(times.latest(t(start))).contains(t(start));
      assertThat(times.latest(times.next(t(start)).orElseThrow().minusMillis(1)))
          .as("until the next one")
          .contains(t(start));
      before = t(start);
    }
  }

  @Test
  void daysThatComeInSomeYearsOnlyAreWaitedFor() {
    StartTimes leap = of(null, "0 0 29 2 *", "Europe/Berlin", null, null);
    assertThat(leap.next(t("2096-03-01T12:00:00Z"))).contains(t("2104-02-28T23:00:00Z"));
    assertThat(leap.latest(CREATED.plus(Duration.ofDays(360)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    ", '61 * * * *', , , , spec.schedule.cron:",
    ", '* * *', , , , spec.schedule.cron:",
    ", '0 0 30 2 *', , , , spec.schedule.cron: 0 0 30 2 * never comes",
    ", '0 0 31 4,6 *', Europe/Berlin, , , spec.schedule.cron: 0 0 31 4,6 * never comes",
    ", '0 0 * * *', Mars/Olympus, , , spec.schedule.timeZone: Mars/Olympus is no time zone",
    "0s, , , , , spec.schedule.recurrenceInterval: give at least 1s",
    ", , , 2026-02-30T00:00:00Z, , spec.schedule.doNotRunUntil: there is no such time",
    ", , , , 2026-13-01T00:00:00Z, spec.schedule.doNotRunAfter: there is no such time",
  })
  void whatIsWrongNamesItsField(
      @Nullable String interval,
      @Nullable String cron,
      @Nullable String zone,
      @Nullable String until,
      @Nullable String after,
      String expected) {
    assertThatThrownBy(() -> of(interval, cron, zone, until, after))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(expected);
  }

  @RepeatedTest(40)
  void latestAndNextAreNeighbours(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    StartTimes times =
        random.nextBoolean()
            ? of(1 + random.nextInt(5000) + "s", null, null, null, null)
            : of(
                null, random.nextInt(60) + " " + hour(random) + " * * *", zone(random), null, null);
    for (Instant around : List.of(t("2026-03-29T01:00:00Z"), t("2026-10-25T01:00:00Z"))) {
      for (int i = 0; i < 50; i++) {
        areNeighbours(times, around.plusSeconds(random.nextInt(30_000) - 15_000));
      }
    }
    areNeighbours(times, CREATED.plus(Duration.ofHours(random.nextInt(10_000))));
  }

  private static String hour(Random random) {
    int hour = random.nextInt(4);
    return switch (random.nextInt(3)) {
      case 0 -> "*/" + (1 + hour);
      case 1 -> "" + hour;
      default -> hour + "-" + (hour + 3);
    };
  }

  private static String zone(Random random) {
    return List.of("Europe/Berlin", "Europe/London", "Australia/Lord_Howe", "UTC")
        .get(random.nextInt(4));
  }

  private static void areNeighbours(StartTimes times, Instant now) {
    Optional<Instant> next = times.next(now);
    assertThat(next).isPresent();
    assertThat(next.orElseThrow()).isAfter(now);
    assertThat(times.latest(next.orElseThrow())).isEqualTo(next);
    times
        .latest(now)
        .ifPresent(latest -> {
          assertThat(latest).isBeforeOrEqualTo(now);
          assertThat(times.next(latest)).as("after %s", latest).isEqualTo(next);
        });
  }
}
