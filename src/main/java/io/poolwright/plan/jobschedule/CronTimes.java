package io.poolwright.plan.jobschedule;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Objects;
import java.util.Optional;

/**
 * The times that a cron expression means in a time zone. The library is asked within times of one
 * offset only: where the clocks change, it skips days and repeats times. What holds there is what
 * cron does since Paul Vixie's: times of the clock come once, at the end of the hour that is
 * skipped, and in the first of two that are the same; but where the hour begins with {@code *},
 * time is what passes.
 */
final class CronTimes {
  private static final CronDefinition CRON =
      CronDefinitionBuilder.defineCron()
          .withMinutes()
          .withValidRange(0, 59)
          .and()
          .withHours()
          .withValidRange(0, 23)
          .and()
          .withDayOfMonth()
          .withValidRange(1, 31)
          .and()
          .withMonth()
          .withValidRange(1, 12)
          .and()
          .withDayOfWeek()
          .withValidRange(0, 7)
          .withMondayDoWValue(1)
          .withIntMapping(7, 0)
          .and()
          .withSupportedNicknameHourly()
          .withSupportedNicknameDaily()
          .withSupportedNicknameWeekly()
          .withSupportedNicknameMonthly()
          .withSupportedNicknameYearly()
          .instance();

  private static final Duration TICK = Duration.ofSeconds(1);

  private final ExecutionTime times;
  private final boolean everyHour;
  private final ZoneRules zone;

  private CronTimes(ExecutionTime times, boolean everyHour, ZoneRules zone) {
    this.times = times;
    this.everyHour = everyHour;
    this.zone = zone;
  }

  /**
   * @throws IllegalArgumentException with the field and what is wrong with it
   */
  static CronTimes of(String text, ZoneId zone, Instant from) {
    Cron cron;
    try {
      cron = new CronParser(CRON).parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("spec.schedule.cron: " + e.getMessage(), e);
    }
    ExecutionTime times = ExecutionTime.forCron(cron);
    if (times.nextExecution(from.atZone(ZoneOffset.UTC)).isEmpty()) {
      throw new IllegalArgumentException(
          "spec.schedule.cron: "
              + text
              + " never comes, as none of these months has such a day; give a day that there is");
    }
    String hour =
        Objects.requireNonNull(cron.retrieveFieldsAsMap().get(CronFieldName.HOUR))
            .getExpression()
            .asString();
    return new CronTimes(times, hour.startsWith("*"), zone.getRules());
  }

  /** The first after this time. */
  Optional<Instant> next(Instant after) {
    ZoneOffsetTransition before = zone.previousTransition(after.plusNanos(1));
    Instant from =
        before != null && after.isBefore(begin(before)) ? begin(before).minus(TICK) : after;
    ZoneOffset offset = zone.getOffset(after);
    ZoneOffsetTransition change = zone.nextTransition(after);
    while (true) {
      Optional<Instant> next = nextAt(from, offset);
      if (next.isEmpty() || change == null || next.get().isBefore(change.getInstant())) {
        return next;
      }
      if (isMadeUpFor(change, next.get())) {
        return Optional.of(change.getInstant());
      }
      from = begin(change).minus(TICK);
      offset = change.getOffsetAfter();
      change = zone.nextTransition(change.getInstant());
    }
  }

  /** The latest that is neither after the one time nor before the other. */
  Optional<Instant> latest(Instant end, Instant first) {
    Instant to = end;
    while (!to.isBefore(first)) {
      Optional<Instant> latest = latestAt(to, zone.getOffset(to));
      ZoneOffsetTransition change = zone.previousTransition(to.plusNanos(1));
      if (change == null || (latest.isPresent() && !latest.get().isBefore(begin(change)))) {
        return latest.filter(t -> !t.isBefore(first));
      }
      Instant skipped = change.getInstant().plus(change.getDuration()).minus(TICK);
      if (latestAt(skipped, change.getOffsetBefore())
          .filter(t -> isMadeUpFor(change, t))
          .isPresent()) {
        return Optional.of(change.getInstant()).filter(t -> !t.isBefore(first));
      }
      to = change.getInstant().minus(TICK);
    }
    return Optional.empty();
  }

  /**
   * From when on times are counted again: the second of two hours that are the same is left out.
   */
  private Instant begin(ZoneOffsetTransition change) {
    return change.isOverlap() && !everyHour
        ? change.getInstant().minus(change.getDuration())
        : change.getInstant();
  }

  /**
   * @param time as the clocks would have shown it that were not put forward
   */
  private boolean isMadeUpFor(ZoneOffsetTransition change, Instant time) {
    return change.isGap()
        && !everyHour
        && !time.isBefore(change.getInstant())
        && time.isBefore(change.getInstant().plus(change.getDuration()));
  }

  private Optional<Instant> nextAt(Instant after, ZoneOffset offset) {
    return times.nextExecution(after.atZone(offset)).map(ZonedDateTime::toInstant);
  }

  /** The library leaves the time itself out. */
  private Optional<Instant> latestAt(Instant end, ZoneOffset offset) {
    return times
        .lastExecution(end.truncatedTo(ChronoUnit.SECONDS).plus(TICK).atZone(offset))
        .map(ZonedDateTime::toInstant)
        .filter(t -> !t.isAfter(end));
  }
}
