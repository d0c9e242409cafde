package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.autoscale.FormulaError.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No text may hang or crash the operator. */
@Timeout(20)
class LimitsTest {
  /** Far more than the length allows, so that depth itself is tried. */
  private static final Limits NO_LENGTH = new Limits(10_000_000, 100, 100, 1_000_000, 32_768);

  static Stream<String> deep() {
    int n = 100_000;
    return Stream.of(
        "x = " + "(".repeat(n) + "1" + ")".repeat(n),
        "x = " + "(".repeat(n),
        "x = " + "avg(".repeat(n) + "1" + ")".repeat(n),
        "x = " + "1 ? ".repeat(n) + "1" + " : 2".repeat(n),
        "x = " + "1 ? 2 : ".repeat(n) + "3",
        "x = time()" + ".hour".repeat(n),
        "x = $PendingTasks" + ".GetSample(1)".repeat(n),
        "x = -(".repeat(n) + "1" + ")".repeat(n),
        "x = " + "!(".repeat(n) + "1" + ")".repeat(n));
  }

  @ParameterizedTest
  @MethodSource("deep")
  void depth(String formula) {
    FormulaError error = (FormulaError) Formula.parse(formula, NO_LENGTH);
    assertThat(error.kind()).isIn(Kind.LIMIT, Kind.PARSE);
    assertThat(error.kind() == Kind.LIMIT || formula.startsWith("x = -(x")).isTrue();
    FormulaError shortened = (FormulaError) Formula.parse(formula);
    assertThat(shortened.kind()).isEqualTo(Kind.LIMIT);
    assertThat(shortened.code()).isEqualTo("AutoScaleFormulaTooLong");
  }

  @Test
  void ninetyNineLevelsAreNoProblem() {
    String formula = "x = " + "(".repeat(99) + "1" + ")".repeat(99);
    assertThat(Scene.empty().run(formula).error()).isNull();
    FormulaError error = Scene.empty().run("x = (" + formula.substring(4) + ")").error();
    assertThat(error.message())
        .isEqualTo("Line 1, Col 105: more than 100 levels within each other are not allowed");
  }

  /** As deep as it gets, on a stack smaller than any that the operator has. */
  @Test
  void theGreatestDepthFitsASmallStack() throws InterruptedException {
    String inner = "max(0 || 0 && 1 == 2 + 3 * -val(vec(1), 0), 1 ? ";
    String formula = "x = " + inner.repeat(49) + "1" + " : 2)".repeat(49);
    Evaluation[] result = new Evaluation[1];
    Thread thread =
        new Thread(null, () -> result[0] = Scene.empty().run(formula), "small", 256 * 1024);
    thread.start();
    thread.join(Duration.ofSeconds(10));
    assertThat(result[0]).isNotNull();
    assertThat(result[0].error()).isNull();
  }

  @Test
  void aLongChainIsNotDeep() {
    String sum = "x = 1" + "+1".repeat(4000);
    assertThat(Scene.empty().run(sum).results()).endsWith("x=4001");
    String and = "x = 1" + "&&1".repeat(2700);
    assertThat(Scene.empty().run(and).results()).endsWith("x=1");
  }

  @Test
  void length() {
    String longest = "x = 1;//" + "a".repeat(8192 - 8);
    assertThat(Scene.empty().run(longest).error()).isNull();
    FormulaError error = Scene.empty().run(longest + "a").error();
    assertThat(error.message())
        .isEqualTo("Line 1, Col 1: the formula has 8193 characters; at most 8192 are allowed");
    assertThat(error.kind()).isEqualTo(Kind.LIMIT);
    assertThat(error.code()).isEqualTo("AutoScaleFormulaTooLong");
    assertThat(Scene.empty().run("x".repeat(50_000_000)).error().kind()).isEqualTo(Kind.LIMIT);
  }

  @Test
  void statements() {
    assertThat(Scene.empty().run("x = 1;".repeat(100)).error()).isNull();
    FormulaError error = Scene.empty().run("x = 1;\n".repeat(101)).error();
    assertThat(error.message())
        .isEqualTo("Line 101, Col 1: more than 100 statements are not allowed");
    assertThat(error.kind()).isEqualTo(Kind.LIMIT);
  }

  @Test
  void work() {
    String doubling = "v = vec(1, 2);" + "v = vec(v, v);".repeat(90) + "x = len(v);";
    FormulaError error = Scene.empty().run(doubling).error();
    assertThat(error.kind()).isEqualTo(Kind.LIMIT);
    assertThat(error.code()).isEqualTo("AutoScalingFormulaTooExpensive");
    assertThat(error.message()).contains("the formula is too much work");
  }

  @Test
  void workOnSamples() {
    List<Sample> many =
        IntStream.range(0, 20_000)
            .mapToObj(i -> new Sample(Scene.NOW.minusSeconds(30L * i), i))
            .toList();
    Scene scene = new Scene(Scene.NOW, 0, 0, Map.of(Metric.PENDING_TASKS, many));
    String get = "$PendingTasks.GetSample(1e6)";
    assertThat(scene.run("x = avg(" + get + ")").error()).isNull();
    String sum = "x = len(" + get + ("," + get).repeat(200) + ")";
    assertThat(scene.run(sum).error().kind()).isEqualTo(Kind.LIMIT);
    String percentiles = ("percentile(" + get + ", 50) +").repeat(150) + "1";
    assertThat(scene.run("x = " + percentiles).error().kind()).isEqualTo(Kind.LIMIT);
  }
}
