package io.poolwright.autoscale;

import static io.poolwright.autoscale.Metric.ACTIVE_TASKS;
import static io.poolwright.autoscale.Metric.CPU_PERCENT;
import static io.poolwright.autoscale.Metric.PENDING_TASKS;
import static io.poolwright.autoscale.Metric.PREEMPTED_NODE_COUNT;
import static io.poolwright.autoscale.Metric.RUNNING_TASKS;
import static io.poolwright.autoscale.Metric.TASK_SLOTS_PER_NODE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The patterns that Azure's users start from (§3.6.8), in the constructs that they use. */
class PublishedFormulasTest {
  private static Scene constant(Scene scene, Metric metric, int minutes, double value) {
    int samples = minutes * 2;
    return scene.every30s(
        metric, minutes * 60 - 10, IntStream.range(0, samples).mapToDouble(i -> value).toArray());
  }

  private static String results(Scene scene, String formula) {
    Evaluation evaluation = scene.run(formula);
    assertThat(evaluation.error()).isNull();
    return evaluation.results();
  }

  @Test
  void pendingTasksCapped() {
    String formula =
        """
        cap = 25;
        floorNodes = 1;
        win = 180 * TimeInterval_Second;
        have = $PendingTasks.GetSamplePercent(win);
        load = have < 70 ? floorNodes : avg($PendingTasks.GetSample(win));
        $TargetDedicatedNodes=min(cap, load);
        $NodeDeallocationOption = taskcompletion;
        """;
    assertThat(results(Scene.empty(), formula))
        .startsWith("$TargetDedicatedNodes=1;$NodeDeallocationOption=taskcompletion;")
        .endsWith("cap=25;floorNodes=1;have=0;load=1;win=PT3M");
    assertThat(constant(Scene.empty(), PENDING_TASKS, 5, 7).run(formula).dedicated()).isEqualTo(7);
    assertThat(constant(Scene.empty(), PENDING_TASKS, 5, 99).run(formula).dedicated())
        .isEqualTo(25);
    // Four of six samples are not yet 70 percent.
    assertThat(constant(Scene.empty(), PENDING_TASKS, 2, 99).run(formula).dedicated()).isEqualTo(1);
  }

  @Test
  void preemptedNodesReplaced() {
    String formula =
        """
        cap = 25;
        $TargetDedicatedNodes = min(cap, $PreemptedNodeCount.GetSample(180 * TimeInterval_Second));
        $TargetLowPriorityNodes = min(cap , cap - $TargetDedicatedNodes);
        """;
    Evaluation evaluation = constant(Scene.empty(), PREEMPTED_NODE_COUNT, 3, 4).run(formula);
    assertThat(evaluation.dedicated()).isEqualTo(4);
    assertThat(evaluation.lowPriority()).isEqualTo(21);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T08:00:00Z, 20", // a Thursday
    "2026-01-01T17:59:59Z, 20",
    "2026-01-01T18:00:00Z, 10",
    "2026-01-03T12:00:00Z, 10",
    "2026-01-04T12:00:00Z, 10",
    "2026-01-05T12:00:00Z, 20"
  })
  void officeHours(String time, int expected) {
    String formula =
        """
        $now = time();
        $hours = $now.hour >= 8 && $now.hour < 18;
        $days = $now.weekday >= 1 && $now.weekday <= 5;
        $busy = $hours && $days;
        $TargetDedicatedNodes = $busy ? 20:10;\
        """;
    assertThat(Scene.empty().at(time).run(formula).dedicated()).isEqualTo(expected);
  }

  @Test
  void results() {
    assertThat(
            results(
                Scene.empty().at("2016-10-13T19:18:47.805Z"),
                "$curTime = time(); $late = $curTime.hour >= 18; $TargetDedicatedNodes = $late ? 10 : 20"))
        .isEqualTo(
            "$TargetDedicatedNodes=10;$NodeDeallocationOption=requeue;"
                + "$curTime=2016-10-13T19:18:47.805Z;$late=1");
  }

  @Test
  void aTimeZone() {
    String formula =
        "$here = time() + (-6 * TimeInterval_Hour); $TargetDedicatedNodes = $here.hour";
    assertThat(Scene.empty().run(formula).dedicated()).isEqualTo(6);
  }

  @Test
  void oneDayOfTheWeek() {
    String formula = "$TargetDedicatedNodes = (time().weekday == 1 ? 5:1);";
    assertThat(Scene.empty().run(formula).dedicated()).isEqualTo(1);
    assertThat(Scene.empty().at("2026-01-05T00:00:00Z").run(formula).dedicated()).isEqualTo(5);
  }

  @Test
  void biasedToTheLastSampleAndDecaying() {
    String formula =
        """
        // Both comments and line breaks may stand anywhere.
        $w = TimeInterval_Minute * 15;
        $pc = $ActiveTasks.GetSamplePercent($w);
        $t = $pc < 70 ? max(0, $ActiveTasks.GetSample(1)) :
          max( $ActiveTasks.GetSample(1), avg($ActiveTasks.GetSample($w)));
        $goal = $t > 0? $t / 4:max(0, $TargetDedicatedNodes/2);
        $TargetDedicatedNodes = max(0, min($goal, 20));
        $NodeDeallocationOption = taskcompletion;
        """;
    assertThat(Scene.empty().run(formula).dedicated()).isEqualTo(2);
    assertThat(constant(Scene.empty(), ACTIVE_TASKS, 15, 40).run(formula).dedicated())
        .isEqualTo(10);
    assertThat(Scene.empty().with(ACTIVE_TASKS, Map.of(20, 8.0)).run(formula).dedicated())
        .isEqualTo(2);
  }

  @Test
  void slotsOfANodeCounted() {
    String formula =
        """
        $tasks = $ActiveTasks.GetSamplePercent(TimeInterval_Minute * 15) < 70
            ? max(0,$ActiveTasks.GetSample(1)) : max($ActiveTasks.GetSample(1),avg($ActiveTasks.GetSample(TimeInterval_Minute * 15)));
        $cores = $TargetDedicatedNodes * 4;
        $extra = (($tasks - $cores) + 3) / 4;
        $TargetDedicatedNodes = max(0,min(($TargetDedicatedNodes + $extra),3));
        """;
    assertThat(Scene.empty().run(formula).dedicated()).isZero();
    assertThat(constant(Scene.empty(), ACTIVE_TASKS, 15, 40).run(formula).dedicated()).isEqualTo(3);
    String perSlot =
        "$TargetDedicatedNodes = min(10, max($ActiveTasks.GetSample(9)) / $TaskSlotsPerNode)";
    Scene scene = constant(Scene.empty(), ACTIVE_TASKS, 3, 9);
    assertThat(scene.with(TASK_SLOTS_PER_NODE, Map.of(5, 4.0)).run(perSlot).dedicated())
        .isEqualTo(2);
  }

  @Test
  void graceAfterCreation() {
    String formula =
        """
        $TargetDedicatedNodes = 4;
        age  = time() - time("Thu, 01 Jan 2026 11:55:00 GMT");
        span = TimeInterval_Minute * 60;
        ratio = 50;
        $TargetDedicatedNodes = (age > TimeInterval_Minute * 10 ? (max($RunningTasks.GetSample(span, ratio), $ActiveTasks.GetSample(span, ratio)) == 0 ? 0 : $TargetDedicatedNodes) : 4);
        """;
    assertThat(Scene.empty().run(formula).dedicated()).isEqualTo(4);
    Scene later = Scene.empty().at("2026-01-01T12:30:00Z");
    assertThat(later.run(formula).error().code()).isEqualTo("InsufficientSampleData");
    Scene idle = constant(constant(later, RUNNING_TASKS, 40, 0), ACTIVE_TASKS, 40, 0);
    assertThat(idle.run(formula).dedicated()).isZero();
    assertThat(constant(idle, ACTIVE_TASKS, 40, 1).run(formula).dedicated()).isEqualTo(4);
  }

  @Test
  void processorUse() {
    String formula =
        """
        $nodes = (min($CPUPercent.GetSample(TimeInterval_Minute * 10)) > 0.7) ? ($CurrentDedicatedNodes * 1.5) : $CurrentDedicatedNodes;
        $nodes = (avg($CPUPercent.GetSample(TimeInterval_Minute * 60)) < 0.2) ? ($CurrentDedicatedNodes * 0.5) : $nodes;
        $TargetDedicatedNodes = min(400, $nodes)
        """;
    assertThat(constant(Scene.empty(), CPU_PERCENT, 60, 0.9).run(formula).dedicated()).isEqualTo(6);
    assertThat(constant(Scene.empty(), CPU_PERCENT, 60, 0.1).run(formula).dedicated()).isEqualTo(2);
    assertThat(constant(Scene.empty(), CPU_PERCENT, 60, 0.5).run(formula).dedicated()).isEqualTo(4);
  }

  /** One line, look-back from zero, names from before there were Spot nodes. */
  @Test
  void theOldestOfAll() {
    String formula =
        "nodes=($CPUPercent.GetSamplePercent(TimeInterval_Minute*0,TimeInterval_Minute*10)<0.7?5:"
            + "(min($CPUPercent.GetSample(TimeInterval_Minute*0, TimeInterval_Minute*10))>0.8?"
            + "($CurrentDedicated*1.5):$CurrentDedicated));$TargetDedicated=min(100,nodes);";
    assertThat(results(Scene.empty(), formula))
        .isEqualTo("$TargetDedicatedNodes=5;$NodeDeallocationOption=requeue;nodes=5");
    assertThat(constant(Scene.empty(), CPU_PERCENT, 10, 0.9).run(formula).dedicated()).isEqualTo(6);
  }

  /** What batch-shipyard makes of its scenario "pending_tasks" with bias to the last sample. */
  @Test
  void shipyard() {
    String formula =
        """
        most = 16777216;
        sli = TimeInterval_Second * 900.0;
        pc = $PendingTasks.GetSamplePercent(sli);
        last = val($PendingTasks.GetSample(1), 0);
        mean = avg($PendingTasks.GetSample(sli));
        load = pc < 70 ? max(0, last) : (last < mean ? avg(last, mean) : max(last, mean));
        need = load / 2;
        preempted = max(0, val($PreemptedNodeCount.GetSample(1), 0));
        total = $CurrentDedicatedNodes + $CurrentLowPriorityNodes;
        share = total > 0 ? preempted / total : 0;
        rebalance = share >= 0.5;
        divisor = (most == 0 || most == 0) ? 1 : 2;
        ded = max(0, need / divisor);
        ded = min(most, (ded > 0 && ded < 1) ? 1 : ded);
        $TargetDedicatedNodes = ded;
        $TargetLowPriorityNodes = max(0, min(most, need - ded));
        $NodeDeallocationOption = taskcompletion;
        """;
    Evaluation fresh = Scene.empty().run(formula);
    assertThat(fresh.error()).isNull();
    assertThat(fresh.dedicated()).isZero();
    Evaluation busy = constant(Scene.empty(), PENDING_TASKS, 15, 12).run(formula);
    assertThat(busy.dedicated()).isEqualTo(3);
    assertThat(busy.lowPriority()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"2026-01-02, 1", "2026-01-03, 9", "2026-01-04, 9", "2026-01-05, 1"})
  void weekend(String day, int expected) {
    String formula =
        "now = time(); peak = now.weekday >= 6 && now.weekday <= 7; $TargetDedicatedNodes = peak ? 9 : 1";
    assertThat(Scene.empty().at(day + "T00:00:00Z").run(formula).dedicated()).isEqualTo(expected);
  }

  @Test
  void escapedQuotesAndNoLastSemicolon() {
    String formula =
        """
        lifespan = time() - time(\\"2026-01-01T11:00:00.1234567Z\\");
        interval = 5 * TimeInterval_Minute;
        $TargetDedicatedNodes = lifespan < interval ? 1 : 2\
        """;
    assertThat(Scene.empty().run(formula).dedicated()).isEqualTo(2);
  }
}
