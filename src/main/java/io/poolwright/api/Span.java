package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of time as a user writes it: {@code 15m}, {@code 1h30m}, {@code 45s}, {@code 2d}, or
 * ISO-8601 {@code PT15M}. Text that is neither is refused by the schema before it gets here.
 */
public record Span(@JsonValue String text) {

  /** What the schema admits; the parser below reads no more and no less. */
  public static final String PATTERN =
      "^([0-9]{1,9}d([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?"
          + "|[0-9]{1,9}h([0-9]{1,9}m)?([0-9]{1,9}s)?"
          + "|[0-9]{1,9}m([0-9]{1,9}s)?"
          + "|[0-9]{1,9}s"
          + "|P[0-9]{1,9}D"
          + "|P([0-9]{1,9}D)?T([0-9]{1,9}H([0-9]{1,9}M)?([0-9]{1,9}(\\.[0-9]{1,9})?S)?"
          + "|[0-9]{1,9}M([0-9]{1,9}(\\.[0-9]{1,9})?S)?|[0-9]{1,9}(\\.[0-9]{1,9})?S))$";

  private static final Pattern ADMITTED = Pattern.compile(PATTERN);

  private static final Pattern SHORT =
      Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

  @JsonCreator
  public Span {}

  public static Span of(Duration duration) {
    return new Span(duration.toString());
  }

  /**
   * @throws IllegalArgumentException if the text is neither form
   */
  public Duration duration() {
    Matcher parts = SHORT.matcher(text);
    if (!ADMITTED.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a duration; write it like 90s, 15m, 1h30m, 7d or PT15M");
    }
    return parts.matches()
        ? Duration.ofDays(number(parts.group(1)))
            .plusHours(number(parts.group(2)))
            .plusMinutes(number(parts.group(3)))
            .plusSeconds(number(parts.group(4)))
        : Duration.parse(text);
  }

  private static long number(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
