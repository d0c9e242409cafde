package io.poolwright.autoscale;

import static io.poolwright.autoscale.Metric.ACTIVE_TASKS;
import static io.poolwright.autoscale.Metric.CURRENT_DEDICATED_NODES;
import static io.poolwright.autoscale.Metric.PENDING_TASKS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to read samples (§3.6.7). */
class SamplesTest {
  /** Ten samples in the last five minutes, taken 10 s, 40 s, … 280 s ago: 1 is the newest. */
  private static final Scene TEN =
      Scene.empty().every30s(PENDING_TASKS, 280, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "GetSample(1)                                    | [1]",
        "GetSample(3)                                    | [3,2,1]",
        "GetSample(2.9)                                  | [2,1]",
        "GetSample(0)                                    | []",
        "GetSample(1e12)                                 | [10,9,8,7,6,5,4,3,2,1]",
        "GetSample(vec(2))                               | [2,1]",
        "GetSample(TimeInterval_Minute)                  | [2,1]",
        "GetSample(TimeInterval_Minute, 100)             | [2,1]",
        "GetSample(10 * TimeInterval_Minute, 50)         | [10,9,8,7,6,5,4,3,2,1]",
        "GetSample(time() - TimeInterval_Minute)         | [2,1]",
        "GetSample(TimeInterval_Minute, 2 * TimeInterval_Minute) | [4,3]",
        "GetSample(2 * TimeInterval_Minute, TimeInterval_Minute) | [4,3]",
        "GetSample(60 * TimeInterval_Second, 120 * TimeInterval_Second, 75) | [4,3]",
        "GetSample(time() - 2 * TimeInterval_Minute, time() - TimeInterval_Minute, 100) | [4,3]",
        "GetSample(time() - 2 * TimeInterval_Minute, TimeInterval_Minute) | [4,3]",
        "GetSample(TimeInterval_Zero, TimeInterval_Minute) | [2,1]",
        "GetSample(TimeInterval_Hour, TimeInterval_Day)  | []",
        "GetSample(-TimeInterval_Hour)                   | []",
        "GetSample(TimeInterval_Year * 9000)             | [10,9,8,7,6,5,4,3,2,1]",
        "GetSamplePercent(5 * TimeInterval_Minute)       | 100",
        "GetSamplePercent(10 * TimeInterval_Minute)      | 50",
        "GetSamplePercent(TimeInterval_Minute, 2 * TimeInterval_Minute) | 100",
        "GetSamplePercent(TimeInterval_Hour, TimeInterval_Day) | 0",
        "GetSamplePercent(time() - 10 * TimeInterval_Minute, time()) | 50",
        "GetSamplePercent(15 * TimeInterval_Second)      | 100",
        "GetSamplePercent(5 * TimeInterval_Second)       | 0",
        "GetSamplePeriod()                               | PT30S",
        "Count()                                         | 10",
        "HistoryBeginTime()                              | 2026-01-01T11:55:20Z",
      })
  void read(String method, String expected) {
    assertThat(TEN.value("$PendingTasks." + method)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "GetSample(10 * TimeInterval_Minute, 70) | samples 24 Insufficient data from data set: $PendingTasks wanted 70%, received 50%",
        "GetSample(TimeInterval_Hour, TimeInterval_Day, 1) | samples 24 Insufficient data from data set: $PendingTasks wanted 1%, received 0%",
        "GetSample(\"a\")              | type 25 the argument of GetSample must be a double, not a string",
        "GetSample(1, 50)              | type 25 argument 1 of GetSample must be a timeinterval or a timestamp, not a double",
        "GetSample(TimeInterval_Hour, \"a\") | type 44 the percentage of GetSample must be a double, not a string",
        "GetSample(TimeInterval_Hour, 5, 5) | type 44 argument 2 of GetSample must be a timeinterval or a timestamp, not a double",
        "GetSample(TimeInterval_Hour, time(), time()) | type 52 the percentage of GetSample must be a double, not a timestamp",
        "GetSample()                   | type 15 GetSample takes 1 to 3 arguments, not 0",
        "GetSample(1, 2, 3, 4)         | type 15 GetSample takes 1 to 3 arguments, not 4",
        "GetSamplePercent(3)           | type 32 argument 1 of GetSamplePercent must be a timeinterval or a timestamp, not a double",
        "GetSamplePercent()            | type 15 GetSamplePercent takes 1 to 2 arguments, not 0",
        "Count(1)                      | type 15 Count takes no arguments, not 1",
        "GetSample(-1)                 | runtime 25 a number of samples must not be negative",
        "GetSample(TimeInterval_Hour, 101) | runtime 44 a percentage must be from 0 to 100",
        "Getsample(1)                  | parse 15 there is no method Getsample; expected GetSample, GetSamplePercent, GetSamplePeriod, Count or HistoryBeginTime",
      })
  void refuse(String method, String expected) {
    assertThat(TEN.value("$PendingTasks." + method)).isEqualTo(expected);
  }

  @Test
  void onlySampledVariablesHaveMethods() {
    String expected = "only a sampled variable such as $PendingTasks has the method GetSample";
    assertThat(TEN.value("$TargetDedicatedNodes.GetSample(1)")).isEqualTo("type 23 " + expected);
    assertThat(TEN.value("time().GetSample(1)")).isEqualTo("type 8 " + expected);
    assertThat(TEN.value("($PendingTasks).GetSample(1)")).isEqualTo("[1]");
  }

  /** The documentation's own example: twenty in ten minutes; without the last minute eighteen. */
  @Test
  void tenMinutesHaveRoomForTwentySamples() {
    double[] values = IntStream.range(0, 120).mapToDouble(i -> i).toArray();
    Scene whole = Scene.empty().every30s(PENDING_TASKS, 119 * 30, values);
    assertThat(whole.value("len($PendingTasks.GetSample(10 * TimeInterval_Minute))"))
        .isEqualTo("20");
    assertThat(whole.value("$PendingTasks.GetSamplePercent(10 * TimeInterval_Minute)"))
        .isEqualTo("100");
    Scene late = Scene.empty().every30s(PENDING_TASKS, 119 * 30 + 75, values);
    assertThat(late.value("len($PendingTasks.GetSample(10 * TimeInterval_Minute))"))
        .isEqualTo("18");
    assertThat(late.value("len($PendingTasks.GetSample(10 * TimeInterval_Minute, 80))"))
        .isEqualTo("18");
    assertThat(late.value("$PendingTasks.GetSample(10 * TimeInterval_Minute, 95)"))
        .endsWith("wanted 95%, received 90%");
  }

  @Test
  void bothEndsOfAWindowBelongToIt() {
    Scene ends = Scene.empty().with(PENDING_TASKS, Map.of(60, 1.0, 30, 2.0));
    assertThat(ends.value("$PendingTasks.GetSample(TimeInterval_Minute)")).isEqualTo("[1,2]");
    assertThat(ends.value("$PendingTasks.GetSample(TimeInterval_Minute, TimeInterval_Second * 30)"))
        .isEqualTo("[2]");
    Scene now = Scene.empty().with(PENDING_TASKS, Map.of(0, 3.0));
    assertThat(now.value("$PendingTasks.GetSample(TimeInterval_Zero)")).isEqualTo("[3]");
  }

  @Test
  void readingsThatCameMoreOftenDoNotStandForThoseThatAreMissing() {
    Scene dense =
        Scene.empty()
            .with(PENDING_TASKS, Map.of(1, 1.0, 6, 2.0, 11, 3.0, 16, 4.0, 21, 5.0, 26, 6.0));
    assertThat(dense.value("$PendingTasks.GetSamplePercent(30 * TimeInterval_Second)"))
        .isEqualTo("100");
    assertThat(dense.value("round($PendingTasks.GetSamplePercent(180 * TimeInterval_Second))"))
        .isEqualTo("17");
    assertThat(dense.value("$PendingTasks.GetSample(180 * TimeInterval_Second, 70)"))
        .endsWith("wanted 70%, received 16%");
    assertThat(dense.value("len($PendingTasks.GetSample(180 * TimeInterval_Second))"))
        .isEqualTo("6");
    Scene late = Scene.empty().with(PENDING_TASKS, Map.of(2, 1.0, 31, 2.0, 63, 3.0, 91, 4.0));
    assertThat(late.value("$PendingTasks.GetSamplePercent(2 * TimeInterval_Minute)"))
        .as("not quite in time")
        .isEqualTo("100");
  }

  /** Where a sample is taken every five seconds, all are there, and no more than all. */
  @Test
  void aDenseHistoryIsWholeToo() {
    Map<Integer, Double> byAge =
        IntStream.range(0, 60).boxed().collect(Collectors.toMap(i -> 5 * i, i -> 1.0));
    Scene dense = Scene.empty().with(PENDING_TASKS, byAge);
    assertThat(dense.value("$PendingTasks.GetSamplePercent(5 * TimeInterval_Minute)"))
        .isEqualTo("100");
    assertThat(dense.value("$PendingTasks.GetSamplePercent(10 * TimeInterval_Minute)"))
        .isEqualTo("50");
    assertThat(dense.value("$PendingTasks.GetSamplePeriod()")).isEqualTo("PT30S");
  }

  @Test
  void theOrderOfReadingsDoesNotMatterAndTheFutureIsNotSeen() {
    List<Sample> mixed =
        List.of(
            new Sample(Scene.NOW.plusSeconds(1), 99),
            new Sample(Scene.NOW, 3),
            new Sample(Scene.NOW.minusSeconds(60), 1),
            new Sample(Scene.NOW.minusSeconds(30), 2));
    Scene scene = new Scene(Scene.NOW, 0, 0, Map.of(PENDING_TASKS, mixed));
    assertThat(scene.value("$PendingTasks.GetSample(9)")).isEqualTo("[1,2,3]");
  }

  @Test
  void aBareVariableIsItsLatestSample() {
    assertThat(TEN.value("$PendingTasks")).isEqualTo("1");
    assertThat(TEN.value("max(0, $PendingTasks * 3)")).isEqualTo("3");
    assertThat(Scene.empty().value("$CurrentDedicatedNodes + $CurrentLowPriorityNodes"))
        .isEqualTo("6");
    assertThat(Scene.empty().value("$CurrentDedicated * 2")).isEqualTo("8");
    Scene sampled = Scene.empty().with(CURRENT_DEDICATED_NODES, Map.of(20, 7.0));
    assertThat(sampled.value("$CurrentDedicatedNodes")).isEqualTo("7");
    assertThat(sampled.value("$CurrentDedicated.GetSample(1)")).isEqualTo("[7]");
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void everyVariableCanBeSampled(Metric metric) {
    Scene scene = Scene.empty().with(metric, Map.of(20, 5.0));
    assertThat(scene.value("avg(" + metric.variable() + ".GetSample(TimeInterval_Minute))"))
        .isEqualTo("5");
  }

  /** What published formulas do in a pool that has no samples yet. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "max(0, $ActiveTasks.GetSample(1))         | 0",
        "max(0, val($ActiveTasks.GetSample(1), 0)) | 0",
        "min(25, $PreemptedNodeCount.GetSample(180 * TimeInterval_Second)) | 25",
        "avg($ActiveTasks.GetSample(TimeInterval_Hour)) | []",
        "std($ActiveTasks.GetSample(1))            | []",
        "percentile($ActiveTasks.GetSample(9), 50) | []",
        "sum($ActiveTasks.GetSample(9))            | 0",
        "len($ActiveTasks.GetSample(9))            | 0",
        "$ActiveTasks                              | []",
        "$ActiveTasks / 4 + 1                      | []",
        "4 - $ActiveTasks                          | []",
        "$ActiveTasks.GetSample(9) + vec(1, 2)     | []",
        "vec(1, 2) + $ActiveTasks.GetSample(9)     | []",
        "$ActiveTasks.GetSamplePercent(TimeInterval_Hour) | 0",
        "$ActiveTasks.Count()                      | 0",
        "$ActiveTasks.HistoryBeginTime()           | samples 30 $ActiveTasks has no samples yet",
        "$ActiveTasks > 1                          | samples 14 what stands left of '>' must be a double, and there are no samples to make it from",
        "$ActiveTasks ? 1 : 2                      | samples 1 the condition of '?' must be a double, and there are no samples to make it from",
      })
  void nothingComesOfNoSamples(String expression, String expected) {
    assertThat(Scene.empty().value(expression)).isEqualTo(expected);
  }

  @Test
  void aTargetIsNeverMadeOfNoSamples() {
    Evaluation evaluation =
        Scene.empty()
            .run("$TargetDedicatedNodes = avg($ActiveTasks.GetSample(TimeInterval_Hour));");
    assertThat(evaluation.error().kind()).isEqualTo(FormulaError.Kind.SAMPLES);
    assertThat(evaluation.error().code()).isEqualTo("InsufficientSampleData");
    assertThat(evaluation.dedicated()).isNull();
    assertThat(evaluation.results()).isEqualTo("$NodeDeallocationOption=requeue");
  }

  @Test
  void oneSampleHasNoDeviation() {
    Scene one = Scene.empty().with(ACTIVE_TASKS, Map.of(20, 5.0));
    assertThat(one.value("std($ActiveTasks.GetSample(9))"))
        .isEqualTo("samples 1 std needs at least two values, and there is one sample");
  }

  @Test
  void aLongHistoryIsReadQuickly() {
    Instant start = Scene.NOW.minusSeconds(30L * 200_000);
    List<Sample> week =
        IntStream.range(0, 200_000)
            .mapToObj(i -> new Sample(start.plusSeconds(30L * i), i % 7))
            .toList();
    Scene scene = new Scene(Scene.NOW, 0, 0, Map.of(PENDING_TASKS, week));
    String percent = "$PendingTasks.GetSamplePercent(TimeInterval_Day)";
    assertThat(scene.value((percent + "+").repeat(150) + percent)).isEqualTo("15100");
  }
}
