package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Azure's variables that Poolwright knows and never samples. A formula that waits for them would
 * wait for ever, or take nothing for a load.
 */
class UnsampledVariablesTest {
  static Stream<Metric> unsampled() {
    return Arrays.stream(Metric.values()).filter(m -> !m.isSampled());
  }

  /** Nothing times the nodes flattens away within min, and what is left is the cap. */
  @Test
  void theCapIsNotWhatComesOfThem() {
    FormulaError error =
        Scene.empty()
            .run(
                "$TargetDedicatedNodes = min(20, $CurrentDedicatedNodes * max($CPUPercent.GetSample(10 * TimeInterval_Minute)));")
            .error();
    assertThat(error).isNotNull();
    assertThat(error.code()).isEqualTo(FormulaError.NOT_SAMPLED);
    assertThat(error.message())
        .isEqualTo(
            "Line 1, Col 62: Poolwright does not sample $CPUPercent; use one of $ActiveTasks,"
                + " $RunningTasks, $PendingTasks, $SucceededTasks, $FailedTasks, $TaskSlotsPerNode,"
                + " $CurrentDedicatedNodes, $CurrentLowPriorityNodes, $UsableNodeCount,"
                + " $PreemptedNodeCount, $PendingSlots, $ActiveSlots, $RunningSlots, $FreeSlots");
  }

  @ParameterizedTest
  @MethodSource("unsampled")
  void eachIsNamedHoweverItIsRead(Metric metric) {
    for (String read :
        List.of("", ".GetSample(1)", ".GetSample(TimeInterval_Hour, 1)", ".HistoryBeginTime()")) {
      assertThat(Scene.empty().value("max(0, " + metric.variable() + read + ")"))
          .as(read)
          .startsWith(
              "samples 8 Poolwright does not sample " + metric.variable() + "; use one of ");
    }
  }

  /** A formula that asks first says itself what is to be done without samples. */
  @ParameterizedTest
  @MethodSource("unsampled")
  void howManyThereAreMayBeAsked(Metric metric) {
    assertThat(Scene.empty().value(metric.variable() + ".GetSamplePercent(TimeInterval_Hour)"))
        .isEqualTo("0");
    assertThat(Scene.empty().value(metric.variable() + ".Count()")).isEqualTo("0");
  }

  @Test
  void whereItIsNotReadItIsNoError() {
    assertThat(Scene.empty().value("1 ? 7 : $CPUPercent")).isEqualTo("7");
  }

  /** As {@code poolwright autoscale evaluate} does, whose request may bring samples of anything. */
  @ParameterizedTest
  @MethodSource("unsampled")
  void whatIsGivenIsRead(Metric metric) {
    Scene given = Scene.empty().with(metric, Map.of(20, 0.5));
    assertThat(given.value("max(" + metric.variable() + ".GetSample(9))")).isEqualTo("0.5");
    assertThat(Scene.empty().with(metric, Map.of()).value(metric.variable() + ".Count()"))
        .isEqualTo("0");
  }
}
