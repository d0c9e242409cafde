package io.poolwright.plan.jobschedule;

import io.poolwright.api.jobschedule.JobScheduleSpec.Schedule;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The times at which a schedule makes jobs. None of them lies before {@code doNotRunUntil} or the
 * schedule's creation, nor after {@code doNotRunAfter}.
 */
final class StartTimes {
  private static final Duration LATE = Duration.ofSeconds(10);

  private final Instant first;
  private final @Nullable Instant last;
  private final @Nullable Duration interval;
  private final @Nullable CronTimes cron;

  private StartTimes(
      Instant first,
      @Nullable Instant last,
      @Nullable Duration interval,
      @Nullable CronTimes cron) {
    this.first = first;
    this.last = last;
    this.interval = interval;
    this.cron = cron;
  }

  /**
   * @throws IllegalArgumentException with the field and what is wrong with it
   */
  static StartTimes of(Schedule schedule, Instant created) {
    Instant until = time("doNotRunUntil", schedule.doNotRunUntil());
    Duration interval = span("recurrenceInterval", schedule.recurrenceInterval());
    span("startWindow", schedule.startWindow());
    return new StartTimes(
        until == null || until.isBefore(created) ? created : until,
        time("doNotRunAfter", schedule.doNotRunAfter()),
        interval,
        schedule.cron() == null
            ? null
            : CronTimes.of(schedule.cron(), zone(schedule.timeZone()), created));
  }

  private static @Nullable Instant time(String field, @Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "spec.schedule." + field + ": there is no such time: " + text, e);
    }
  }

  private static @Nullable Duration span(String field, io.poolwright.api.@Nullable Span span) {
    if (span != null && span.duration().compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("spec.schedule." + field + ": give at least 1s");
    }
    return span == null ? null : span.duration();
  }

  private static ZoneId zone(@Nullable String name) {
    try {
      return name == null ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "spec.schedule.timeZone: " + name + " is no time zone; give one like Europe/Berlin", e);
    }
  }

  /** The latest start that is not after this time. */
  Optional<Instant> latest(Instant now) {
    Instant end = last != null && last.isBefore(now) ? last : now;
    if (end.isBefore(first)) {
      return Optional.empty();
    }
    if (cron != null) {
      return cron.latest(end, first);
    }
    if (interval == null) {
      return Optional.of(first);
    }
    long times = Duration.between(first, end).dividedBy(interval);
    return Optional.of(first.plus(interval.multipliedBy(times)));
  }

  /** Whether doNotRunAfter has passed, by more than a start may be late. */
  boolean isOver(Instant now) {
    return last != null && now.isAfter(last.plus(LATE));
  }

  /** The first start after this time. */
  Optional<Instant> next(Instant after) {
    return nextOfAll(after).filter(t -> last == null || !t.isAfter(last));
  }

  private Optional<Instant> nextOfAll(Instant after) {
    if (cron != null) {
      return cron.next(after.isBefore(first) ? first.minusMillis(1) : after);
    }
    if (after.isBefore(first)) {
      return Optional.of(first);
    }
    return interval == null
        ? Optional.empty()
        : Optional.of(
            first.plus(
                interval.multipliedBy(Duration.between(first, after).dividedBy(interval) + 1)));
  }
}
