package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every operator with every pair of types: the table of §3.6.4, and nothing beside it. */
class OperatorsTest {
  /** One expression of each type; the vector has two elements, so that it stands for no double. */
  private static final Map<String, String> SAMPLES =
      Map.of(
          "double", "6",
          "doubleVec", "vec(1, 2)",
          "string", "\"a\"",
          "timestamp", "time(\"2026-01-01\")",
          "timeinterval", "TimeInterval_Minute");

  private static final List<String> OPERATORS =
      List.of("+", "-", "*", "/", "<", "<=", "==", ">=", ">", "!=", "&&", "||");

  private static String table(String left, String operator, String right) {
    return switch (operator) {
      case "+", "-", "*", "/" -> arithmetic(left + operator + right);
      case "&&", "||" -> left.equals("double") && right.equals("double") ? "double" : "refused";
      default -> left.equals(right) && !left.equals("doubleVec") ? "double" : "refused";
    };
  }

  private static String arithmetic(String pair) {
    return switch (pair) {
      case "double+double", "double-double", "double*double", "double/double" -> "double";
      case "doubleVec+double", "doubleVec-double", "doubleVec*double", "doubleVec/double" ->
          "doubleVec";
      case "doubleVec+doubleVec",
          "doubleVec-doubleVec",
          "doubleVec*doubleVec",
          "doubleVec/doubleVec" ->
          "doubleVec";
      case "double*timeinterval", "timeinterval*double", "timeinterval/double" -> "timeinterval";
      case "timeinterval+timeinterval", "timeinterval-timeinterval", "timestamp-timestamp" ->
          "timeinterval";
      case "timeinterval+timestamp", "timestamp+timeinterval", "timestamp-timeinterval" ->
          "timestamp";
      default -> "refused";
    };
  }

  @TestFactory
  Stream<DynamicTest> everyPairOfTypes() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String left : SAMPLES.keySet()) {
      for (String right : SAMPLES.keySet()) {
        for (String operator : OPERATORS) {
          String expression = SAMPLES.get(left) + " " + operator + " " + SAMPLES.get(right);
          // The left side of || decides, and the right one is not looked at.
          String shown = operator.equals("||") ? expression.replaceFirst("^6", "0") : expression;
          tests.add(
              DynamicTest.dynamicTest(
                  left + " " + operator + " " + right,
                  () -> assertThat(type(shown)).isEqualTo(table(left, operator, right))));
        }
      }
    }
    return tests.stream();
  }

  private static String type(String expression) {
    String value = Scene.empty().value(expression);
    if (value.startsWith("type ")) {
      return "refused";
    }
    return value.startsWith("[")
        ? "doubleVec"
        : value.startsWith("P") ? "timeinterval" : value.endsWith("Z") ? "timestamp" : "double";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "1 + 2 * 3 - 4 / 2                     ~ 5",
        "(1 + 2) * 3                           ~ 9",
        "2 - 1 - 1                             ~ 0",
        "8 / 4 / 2                             ~ 1",
        "1 / 3                                 ~ 0.3333333333333333",
        "0.1 + 0.2                             ~ 0.30000000000000004",
        "1e3                                   ~ 1000",
        "1.5E-2                                ~ 0.015",
        ".5 + 1e+1                             ~ 10.5",
        "1e20                                  ~ 1.0E20",
        "-0                                    ~ 0",
        "-(1 + 2)                              ~ -3",
        "3 - -2                                ~ 5",
        "!0                                    ~ 1",
        "!0.5                                  ~ 0",
        "!(2 > 1)                              ~ 0",
        "-TimeInterval_Minute                  ~ PT-1M",
        "1 < 2                                 ~ 1",
        "1 >= 2                                ~ 0",
        "1 + 1 == 2                            ~ 1",
        "1 != 1                                ~ 0",
        "1 == 1 && 2 > 1 || 0                  ~ 1",
        "1 || 0 && 0                           ~ 1",
        "(1 || 0) && 0                         ~ 0",
        "3 && 0.5                              ~ 1",
        "0 && \"a\"                            ~ 0",
        "1 || \"a\"                            ~ 1",
        "1 ? 2 : 3                             ~ 2",
        "0 ? 2 : 3                             ~ 3",
        "-1 ? 2 : 3                            ~ 2",
        "0 ? 1 : 0 ? 2 : 3                     ~ 3",
        "1 ? 0 ? 1 : 2 : 3                     ~ 2",
        "1 ? \"a\" : 2                         ~ a",
        "0 ? 1 / 0 : 3                         ~ 3",
        "0 ? avg(\"a\") : 3                    ~ 3",
        "vec(1, 2) + 1                         ~ [2,3]",
        "vec(1, 2) - 1                         ~ [0,1]",
        "vec(1, 2) * 3                         ~ [3,6]",
        "vec(1, 2) / 2                         ~ [0.5,1]",
        "vec(1, 2) + vec(3, 4)                 ~ [4,6]",
        "vec(1, 2) - vec(3, 4)                 ~ [-2,-2]",
        "vec(1, 2) * vec(3, 4)                 ~ [3,8]",
        "vec(1, 2) / vec(4, 4)                 ~ [0.25,0.5]",
        "vec(1, 2) + vec(5)                    ~ [6,7]",
        "vec(3) + 1                            ~ [4]",
        "1 - vec(3)                            ~ -2",
        "vec(3) > 2                            ~ 1",
        "vec(3) == vec(3)                      ~ 1",
        "vec(0) ? 1 : 2                        ~ 2",
        "!vec(0)                               ~ 1",
        "vec(1) && 1                           ~ 1",
        "-vec(2)                               ~ -2",
        "vec(2) * TimeInterval_Hour            ~ PT2H",
        "15 * TimeInterval_Minute              ~ PT15M",
        "TimeInterval_Minute * 1.5             ~ PT1M30S",
        "TimeInterval_Hour / 4                 ~ PT15M",
        "TimeInterval_Minute - TimeInterval_Hour + TimeInterval_Second ~ PT-58M-59S",
        "TimeInterval_Zero == TimeInterval_Day * 0 ~ 1",
        "TimeInterval_Week == 7 * TimeInterval_Day ~ 1",
        "TimeInterval_Year == 365 * TimeInterval_Day ~ 1",
        "TimeInterval_Millisecond == TimeInterval_Microsecond * 1000 ~ 1",
        "TimeInterval_Microsecond == TimeInterval_100ns * 10 ~ 1",
        "TimeInterval_Second > TimeInterval_Millisecond * 999 ~ 1",
        "time(\"2026-01-01\") + TimeInterval_Day ~ 2026-01-02T00:00:00Z",
        "TimeInterval_Day + time(\"2026-01-01\") ~ 2026-01-02T00:00:00Z",
        "time(\"2026-01-01\") - TimeInterval_Second ~ 2025-12-31T23:59:59Z",
        "time(\"2026-01-02\") - time(\"2026-01-01T12:00Z\") ~ PT12H",
        "time(\"2026-01-02\") > time(\"2026-01-01\") ~ 1",
        "time(\"2026-01-01T01:00:00+01:00\") == time(\"2026-01-01\") ~ 1",
        "\"a\" < \"b\"                         ~ 1",
        "\"a\" == \"A\"                        ~ 0",
        "taskcompletion == \"taskcompletion\"  ~ 1",
        "$NodeDeallocationOption               ~ requeue",
        "$TargetDedicatedNodes + $TargetLowPriorityNodes ~ 6",
      })
  void computes(String expression, String expected) {
    assertThat(Scene.empty().value(expression)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "1 + \"a\"             ~ type 3 '+' cannot be used with a double and a string",
        "\"a\" == 1            ~ type 5 '==' cannot be used with a string and a double",
        "time() * 2            ~ type 8 '*' cannot be used with a timestamp and a double",
        "2 / TimeInterval_Hour ~ type 3 '/' cannot be used with a double and a timeinterval",
        "TimeInterval_Hour - time() ~ type 19 '-' cannot be used with a timeinterval and a timestamp",
        "TimeInterval_Hour / TimeInterval_Hour ~ type 19 '/' cannot be used with a timeinterval and a timeinterval",
        "2 * vec(1, 2)         ~ type 3 '*' cannot be used with a double before a doubleVec of 2 elements; a doubleVec must come first",
        "vec(1, 2) > 1         ~ type 11 what stands left of '>' must be a double, not a doubleVec of 2 elements; avg, min, max or sum make one of it",
        "!\"a\"                ~ type 1 what follows '!' must be a double, not a string",
        "-\"a\"                ~ type 1 what follows '-' must be a double, not a string",
        "-time()               ~ type 1 what follows '-' must be a double, not a timestamp",
        "!TimeInterval_Hour    ~ type 1 what follows '!' must be a double, not a timeinterval",
        "-vec(1, 2)            ~ type 1 what follows '-' must be a double, not a doubleVec of 2 elements; avg, min, max or sum make one of it",
        "\"a\" ? 1 : 2         ~ type 1 the condition of '?' must be a double, not a string",
        "1 && \"a\"            ~ type 3 what stands right of '&&' must be a double, not a string",
        "\"a\" || 1            ~ type 5 what stands left of '||' must be a double, not a string",
        "1 / 0                 ~ runtime 3 division by zero",
        "vec(1, 2) / 0         ~ runtime 11 division by zero",
        "vec(1, 2) / vec(1, 0) ~ runtime 11 division by zero",
        "TimeInterval_Hour / 0 ~ runtime 19 division by zero",
        "1e300 * 1e300         ~ runtime 7 the result of '*' is not a finite number",
        "vec(1, 2) + vec(1, 2, 3) ~ runtime 11 '+' cannot pair a doubleVec of 2 elements with one of 3",
        "TimeInterval_Year * 1e9 ~ runtime 19 the timeinterval is longer than 29000 years",
        "TimeInterval_Year * 29000 + TimeInterval_Year * 29000 ~ runtime 27 the timeinterval is longer than 29000 years",
        "time() + TimeInterval_Year * 9000 ~ runtime 8 the timestamp leaves the years 1 to 9999",
      })
  void refuses(String expression, String expected) {
    assertThat(Scene.empty().value(expression)).isEqualTo(expected);
  }
}
