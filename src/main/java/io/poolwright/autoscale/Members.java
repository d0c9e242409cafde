package io.poolwright.autoscale;

import io.poolwright.autoscale.Value.Num;
import io.poolwright.autoscale.Value.Stamp;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * The members of a timestamp (§3.6.3), in UTC. Monday is 1 and Sunday 7: Azure does not say, and
 * published formulas count the weekend from 6 to 7.
 */
final class Members {
  private static final String EXPECTED =
      "expected year, month, day, weekday, hour, minute or second";

  private Members() {}

  static void check(Node.Member member) {
    switch (member.name()) {
      case "year", "month", "day", "weekday", "hour", "minute", "second" -> {}
      default ->
          throw FormulaError.parse(
              member.at(), "there is no member " + member.name() + "; " + EXPECTED);
    }
  }

  static Num of(Value owner, Node.Member member) {
    if (!(owner instanceof Stamp stamp)) {
      throw FormulaError.type(
          member.at(),
          "a " + owner.type() + " has no member " + member.name() + "; expected a timestamp");
    }
    ZonedDateTime time = stamp.instant().atZone(ZoneOffset.UTC);
    return new Num(
        switch (member.name()) {
          case "year" -> time.getYear();
          case "month" -> time.getMonthValue();
          case "day" -> time.getDayOfMonth();
          case "weekday" -> time.getDayOfWeek().getValue();
          case "hour" -> time.getHour();
          case "minute" -> time.getMinute();
          case "second" -> time.getSecond();
          default -> throw new IllegalStateException(member.name());
        });
  }
}
