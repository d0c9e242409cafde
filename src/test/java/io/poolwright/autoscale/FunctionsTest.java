package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "avg(1, 2, 3)                     | 2",
        "avg(vec(1, 2, 3), 7)             | 3.25",
        "sum(1, vec(2, 3), 4)             | 10",
        "min(25, vec(30, 7))              | 7",
        "max(0, vec(3, 9))                | 9",
        "len(vec(1, 2), 3)                | 3",
        "range(4, vec(9, 1))              | 8",
        "std(vec(2, 4, 4, 4, 5, 5, 7, 9)) | 2.138089935299395",
        "std(3, 3)                        | 0",
        "norm(3, 4)                       | 5",
        "percentile(vec(5, 1, 3), 50)     | 3",
        "percentile(vec(4, 1, 3, 2), 50)  | 2",
        "percentile(vec(4, 1, 3, 2), 51)  | 3",
        "percentile(vec(4, 1, 3, 2), 0)   | 1",
        "percentile(vec(4, 1, 3, 2), 100) | 4",
        "percentile(9, 50)                | 9",
        "val(vec(5, 6, 7), 0)             | 5",
        "val(vec(5, 6, 7), 2.9)           | 7",
        "val(vec(5, 6, 7), vec(1))        | 6",
        "lg(8)                            | 3",
        "lg(vec(8))                       | [3]",
        "lg(2, vec(4, 8))                 | [1,2,3]",
        "ln(1)                            | 0",
        "ln(vec(1, 1))                    | [0,0]",
        "log(1000)                        | 3",
        "log(vec(10, 100))                | [1,2]",
        "ceil(1.2)                        | 2",
        "ceil(-1.2)                       | -1",
        "floor(1.8)                       | 1",
        "floor(vec(1.5, -1.5))            | [1,-2]",
        "round(2.5)                       | 3",
        "round(-2.5)                      | -3",
        "round(2.4)                       | 2",
        "round(vec(0.5, 1.4))             | [1,1]",
        "time()                           | 2026-01-01T12:00:00Z",
        "time(\"\")                       | 2026-01-01T12:00:00Z",
        "time(\"2024\")                   | 2024-01-01T00:00:00Z",
        "time(\"2024-03\")                | 2024-03-01T00:00:00Z",
        "time(\"2024-03-05\")             | 2024-03-05T00:00:00Z",
        "time(\"2024-03-05T06:07Z\")      | 2024-03-05T06:07:00Z",
        "time(\"2024-03-05T06:07:08Z\")   | 2024-03-05T06:07:08Z",
        "time(\"2024-03-05T06:07:08\")    | 2024-03-05T06:07:08Z",
        "time(\"2024-03-05T06:07:08.1239Z\") | 2024-03-05T06:07:08.123Z",
        "time(\"2024-03-05T06:07:08.123456789+02:30\") | 2024-03-05T03:37:08.123Z",
        "time(\"Tue, 05 Mar 2024 06:07:08 GMT\") | 2024-03-05T06:07:08Z",
        "time(\\\"2024-03-05\\\")         | 2024-03-05T00:00:00Z",
        "time(\"2024-03-05T06:07:08Z\").year    | 2024",
        "time(\"2024-03-05T06:07:08Z\").month   | 3",
        "time(\"2024-03-05T06:07:08Z\").day     | 5",
        "time(\"2024-03-05T06:07:08Z\").hour    | 6",
        "time(\"2024-03-05T06:07:08Z\").minute  | 7",
        "time(\"2024-03-05T06:07:08Z\").second  | 8",
        "time(\"2024-03-04\").weekday     | 1",
        "time(\"2024-03-09\").weekday     | 6",
        "time(\"2024-03-10\").weekday     | 7",
        "(time() + TimeInterval_Day).day  | 2",
        "rand() >= 0 && rand() < 1        | 1",
        "rand() != rand()                 | 1",
      })
  void computes(String expression, String expected) {
    assertThat(Scene.empty().value(expression)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "avg()                  | type 1 avg takes at least 1 argument, not 0",
        "val(vec(1))            | type 1 val takes 2 arguments, not 1",
        "percentile(1, 2, 3)    | type 1 percentile takes 2 arguments, not 3",
        "time(\"2024\", 1)      | type 1 time takes 0 to 1 argument, not 2",
        "rand(1)                | type 1 rand takes no arguments, not 1",
        "stop(1)                | type 1 stop takes no arguments, not 1",
        "avg(1, \"a\")          | type 8 avg takes doubles and doubleVecs; argument 2 is a string",
        "max(time())            | type 5 max takes doubles and doubleVecs; argument 1 is a timestamp",
        "lg(TimeInterval_Hour)  | type 4 lg takes doubles and doubleVecs; argument 1 is a timeinterval",
        "time(3)                | type 6 time takes a string, not a double",
        "val(vec(1, 2), vec(1, 2)) | type 16 the index of val must be a double, not a doubleVec of 2 elements; avg, min, max or sum make one of it",
        "val(vec(1, 2), 2)      | runtime 16 the index must be from 0 to 1, not 2",
        "val(vec(1, 2), -1)     | runtime 16 the index must be from 0 to 1, not -1",
        "percentile(vec(1), 101) | runtime 20 a percentage must be from 0 to 100",
        "std(1)                 | runtime 1 std needs at least two values",
        "lg(0)                  | runtime 1 lg of 0 is not a finite number",
        "ln(-1)                 | runtime 1 ln of -1 is not a finite number",
        "log(vec(1, 0))         | runtime 1 log of 0 is not a finite number",
        "sum(1e308, 1e308)      | runtime 1 the result of sum is not a finite number",
        "time(\"yesterday\")    | runtime 6 \"yesterday\" is no time; expected one like 2026-01-31T08:00:00Z or Sat, 31 Jan 2026 08:00:00 GMT",
        "time(\"2024-13-01\")   | runtime 6 \"2024-13-01\" is no time; expected one like 2026-01-31T08:00:00Z or Sat, 31 Jan 2026 08:00:00 GMT",
        "(3).hour               | type 5 a double has no member hour; expected a timestamp",
        "time().hours           | parse 8 there is no member hours; expected year, month, day, weekday, hour, minute or second",
        "average(1)             | parse 1 there is no function average; expected one of avg, ceil, floor, len, lg, ln, log, max, min, norm, percentile, rand, range, round, std, stop, sum, time, val, vec",
      })
  void refuses(String expression, String expected) {
    assertThat(Scene.empty().value(expression)).isEqualTo(expected);
  }

  @Test
  void chanceIsTheSameAtTheSameTimeOnly() {
    Scene scene = Scene.empty();
    assertThat(scene.value("rand()")).isEqualTo(scene.value("rand()"));
    assertThat(scene.value("rand()"))
        .isNotEqualTo(scene.at("2026-01-01T12:00:00.001Z").value("rand()"));
  }
}
