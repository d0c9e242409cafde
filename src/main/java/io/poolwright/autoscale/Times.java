package io.poolwright.autoscale;

import io.poolwright.autoscale.Value.Interval;
import io.poolwright.autoscale.Value.Stamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Arithmetic on timestamps, which lie in the years 1 to 9999, and the reading of them. */
final class Times {
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private static final Pattern W3C =
      Pattern.compile(
          "(\\d{4})(?:-(\\d{2})(?:-(\\d{2})"
              + "(?:[Tt ](\\d{2}:\\d{2})(:\\d{2}(?:\\.\\d{1,9})?)?([Zz]|[+-]\\d{2}:\\d{2})?)?)?)?");

  private Times() {}

  static boolean isKnown(Instant instant) {
    return !instant.isBefore(FIRST) && !instant.isAfter(LAST);
  }

  /**
   * @throws IllegalArgumentException if it lies outside of the years 1 to 9999
   */
  static void require(Instant instant) {
    if (!isKnown(instant)) {
      throw new IllegalArgumentException("a time must be in the years 1 to 9999, not " + instant);
    }
  }

  static Stamp plus(Stamp stamp, Duration duration, Position at) {
    Instant sum = stamp.instant().plus(duration);
    if (!isKnown(sum)) {
      throw FormulaError.runtime(at, "the timestamp leaves the years 1 to 9999");
    }
    return new Stamp(sum);
  }

  static Interval between(Instant from, Instant to) {
    // Ten thousand years are 3.2e18 ticks: they always fit.
    Duration duration = Duration.between(from, to);
    return new Interval(
        duration.getSeconds() * Interval.TICKS_PER_SECOND + duration.getNano() / 100);
  }

  /**
   * W3C-DTF, from a year to fractions of a second, or RFC 1123 (§3.6.5). Where no zone is given it
   * is UTC, as all time is.
   */
  static Stamp read(String text, Position at) {
    try {
      Matcher w3c = W3C.matcher(text.strip());
      Instant instant = w3c.matches() ? w3c(w3c) : rfc1123(text.strip());
      if (isKnown(instant)) {
        return new Stamp(instant);
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    throw FormulaError.runtime(
        at,
        "\""
            + text
            + "\" is no time; expected one like 2026-01-31T08:00:00Z or Sat, 31 Jan 2026 08:00:00 GMT");
  }

  private static Instant w3c(Matcher parts) {
    String date = parts.group(1) + "-" + or(parts, 2, "01") + "-" + or(parts, 3, "01");
    String time = or(parts, 4, "00:00") + or(parts, 5, ":00");
    String zone = or(parts, 6, "Z").toUpperCase(Locale.ROOT);
    return LocalDateTime.parse(date + "T" + time).toInstant(ZoneOffset.of(zone));
  }

  private static Instant rfc1123(String text) {
    return OffsetDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  private static String or(Matcher parts, int group, String missing) {
    String part = parts.group(group);
    return part == null ? missing : part;
  }
}
