package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** docs/autoscale.md says what is so: its formulas work, and its tables name all there is. */
class AutoscalePageTest {
  private final String page;

  AutoscalePageTest() throws IOException {
    page = Files.readString(Path.of("docs/autoscale.md"));
  }

  private List<String> found(String text, String pattern) {
    return Pattern.compile(pattern, Pattern.DOTALL)
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private List<String> formulas() {
    return found(page, "(?<=```formula\n).*?(?=```)");
  }

  @TestFactory
  Stream<DynamicTest> everyFormulaWorksWithSamplesAndWithout() {
    Scene sampled =
        Scene.empty()
            .with(Metric.PENDING_TASKS, Map.of(10, 7.0, 40, 6.0))
            .with(Metric.PENDING_SLOTS, Map.of(10, 28.0))
            .with(Metric.TASK_SLOTS_PER_NODE, Map.of(10, 4.0))
            .with(Metric.PREEMPTED_NODE_COUNT, Map.of(10, 2.0));
    assertThat(formulas()).hasSizeGreaterThan(5);
    return formulas().stream()
        .map(formula ->
            DynamicTest.dynamicTest(
                formula.lines().findFirst().orElseThrow(),
                () -> {
                  for (Scene scene : List.of(Scene.empty(), sampled)) {
                    Evaluation evaluation = scene.run(formula);
                    assertThat(evaluation.error()).isNull();
                    assertThat(evaluation.dedicated()).isNotNull();
                  }
                }));
  }

  /** And no more of them while they start, nor for a Spot node that is soon made anew. */
  @Test
  void spotNodesThatAreMissingForLongAreReplacedByDedicatedOnes() {
    String formula =
        formulas().stream().filter(f -> f.contains("$UsableNodeCount")).findFirst().orElseThrow();
    assertThat(dedicated(formula, nodes(25, 25, 25, 0, 0), nodes(0, 0, 0, 0, 0))).isZero();
    assertThat(dedicated(formula, nodes(5, 5, 5, 5, 5), nodes(0, 0, 0, 0, 0))).isEqualTo(20);
    assertThat(dedicated(formula, nodes(5, 5, 5, 5, 5), nodes(0, 0, 0, 20, 20))).isEqualTo(20);
    assertThat(dedicated(formula, nodes(25, 25, 25, 25, 25), nodes(20, 20, 20, 20, 20)))
        .isEqualTo(20);
    assertThat(dedicated(formula, nodes(25, 25, 25, 45, 45), nodes(20, 20, 20, 20, 20))).isZero();
  }

  /** Two samples a minute. */
  private static double[] nodes(int... byMinute) {
    return Arrays.stream(byMinute).flatMap(n -> IntStream.of(n, n)).asDoubleStream().toArray();
  }

  private static Integer dedicated(String formula, double[] usable, double[] dedicated) {
    return Scene.empty()
        .every30s(Metric.USABLE_NODE_COUNT, 270, usable)
        .every30s(Metric.CURRENT_DEDICATED_NODES, 270, dedicated)
        .run(formula)
        .dedicated();
  }

  @Test
  void theAnswerThatItShowsIsTheAnswer() {
    Scene scene = Scene.empty().with(Metric.PENDING_TASKS, Map.of(10, 5.0));
    String formula = found(page, "(?<=\"formula\": \")[^\"]*").getFirst();
    // The tool's default is that of a pool here; a scene has Azure's.
    String results = scene.run(formula).results();
    assertThat(results).endsWith("=requeue");
    assertThat(page)
        .contains("{\"results\":\"" + results.replace("=requeue", "=taskcompletion") + "\",");
  }

  @Test
  void allVariablesAreThere() {
    String section = section("## Variables");
    Set<String> expected =
        Arrays.stream(Metric.values()).map(Metric::variable).collect(Collectors.toSet());
    expected.addAll(Names.ALIASES.keySet());
    expected.addAll(Names.ALIASES.values());
    expected.add(Names.DEALLOCATION);
    assertThat(new TreeSet<>(found(section, "(?<=`)\\$[A-Z]\\w+(?=`)")))
        .isEqualTo(new TreeSet<>(expected));
  }

  @Test
  void allFunctionsAreThere() {
    FormulaError error = (FormulaError) Formula.parse("none()");
    List<String> all =
        List.of(error.message().replaceFirst(".*expected one of ", "").split(", ", -1));
    assertThat(new TreeSet<>(found(section("## Functions"), "(?<=`)[a-z]+(?=\\()")))
        .isEqualTo(new TreeSet<>(all));
  }

  @Test
  void allConstantsAndMethodsAreThere() {
    assertThat(page).contains(Constants.ALL.keySet().stream().map(c -> "`" + c + "`").toList());
    FormulaError error = (FormulaError) Formula.parse("$PendingTasks.none()");
    for (String method : error.message().replaceFirst(".*expected ", "").split(", | or ", -1)) {
      assertThat(section("## Samples")).contains("`" + method + "(");
    }
  }

  @Test
  void theLimitsAreTheLimits() {
    assertThat(page)
        .contains(
            "more than "
                + Limits.DEFAULT.characters()
                + " characters, "
                + Limits.DEFAULT.statements()
                + " statements, or "
                + Limits.DEFAULT.depth()
                + " levels");
    assertThat(Limits.DEFAULT.steps()).isEqualTo(1_000_000);
  }

  private String section(String title) {
    return found(page, "(?<=\n" + title + "\n).*?(?=\n## )").getFirst();
  }
}
