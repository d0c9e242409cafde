package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.autoscale.FormulaError.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every text and every tree. */
class FormulaPropertiesTest {
  private static final int ROUNDS = 200;

  private static final Scene SCENE =
      Scene.empty()
          .with(Metric.PENDING_TASKS, Map.of(0, 3.0, 30, 5.0, 60, 1.0))
          .with(Metric.ACTIVE_TASKS, Map.of(15, 2.0));

  static LongStream seeds() {
    return LongStream.range(0, 20).map(s -> s * ROUNDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsWrittenIsReadAsTheSameTree(long seed) {
    for (int i = 0; i < ROUNDS; i++) {
      RandomFormula random = new RandomFormula(seed + i);
      List<Statement> statements = random.statements();
      String text = random.text(statements);
      assertThat(RandomFormula.shape(Parser.parse(text, Limits.DEFAULT)))
          .as("%s", text)
          .isEqualTo(RandomFormula.shape(statements));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noTextIsEverMoreThanAnError(long seed) {
    for (int i = 0; i < ROUNDS; i++) {
      RandomFormula random = new RandomFormula(seed + i);
      String text = random.text(random.statements());
      check(text);
      check(random.spoiled(text));
      check(random.soup());
    }
  }

  private static void check(String text) {
    Evaluation evaluation = SCENE.run(text);
    assertThat(SCENE.run(text)).as("%s", text).isEqualTo(evaluation);
    FormulaError error = evaluation.error();
    if (error == null) {
      assertThat(evaluation.results()).contains("$NodeDeallocationOption=");
      return;
    }
    assertThat(evaluation.dedicated()).isNull();
    List<String> lines = List.of(text.split("\n", -1));
    assertThat(error.line()).as("%s", text).isBetween(1, lines.size());
    assertThat(error.column())
        .as("%s", text)
        .isBetween(1, lines.get(error.line() - 1).length() + 1);
    assertThat(error.message())
        .startsWith("Line " + error.line() + ", Col " + error.column() + ": ");
    assertThat(error.kind() == Kind.PARSE)
        .isEqualTo(error.code().equals("AutoScalingFormulaSyntaxError"));
  }

  /** Arithmetic, comparisons and choices against what Java makes of the same tree. */
  @ParameterizedTest
  @MethodSource("seeds")
  void doublesAreReckonedAsJavaReckons(long seed) {
    int compared = 0;
    for (int i = 0; i < ROUNDS; i++) {
      RandomFormula random = new RandomFormula(seed + i);
      Node node = random.node(3);
      double expected = java(node);
      Evaluation evaluation =
          Scene.empty().run("$TargetDedicatedNodes = " + random.text(node, 0) + "; x = 1");
      if (!Double.isNaN(expected) && expected >= 0 && expected < 1e9) {
        assertThat(evaluation.error()).as("%s", random.text(node, 0)).isNull();
        assertThat(evaluation.dedicated()).isEqualTo((int) expected);
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  /** NaN for all that is not doubles alone, or divides by zero. */
  private static double java(Node node) {
    return switch (node) {
      case Node.Numeral numeral -> Double.parseDouble(numeral.text());
      case Node.Unary unary -> {
        double operand = java(unary.operand());
        yield Double.isNaN(operand)
            ? operand
            : unary.sign().equals("-") ? -operand : operand == 0 ? 1 : 0;
      }
      case Node.Choice choice -> {
        double condition = java(choice.condition());
        double yes = java(choice.yes());
        double no = java(choice.no());
        yield Double.isNaN(condition + yes + no) ? Double.NaN : condition != 0 ? yes : no;
      }
      case Node.Chain chain -> {
        double left = java(chain.first());
        for (Node.Link link : chain.links()) {
          left = java(left, link.sign(), java(link.operand()));
        }
        yield left;
      }
      default -> Double.NaN;
    };
  }

  private static double java(double left, String sign, double right) {
    if (Double.isNaN(left) || Double.isNaN(right) || (sign.equals("/") && right == 0)) {
      return Double.NaN;
    }
    boolean truth =
        switch (sign) {
          case "<" -> left < right;
          case "<=" -> left <= right;
          case "==" -> left == right;
          case ">=" -> left >= right;
          case ">" -> left > right;
          case "!=" -> left != right;
          case "&&" -> left != 0 && right != 0;
          case "||" -> left != 0 || right != 0;
          default -> false;
        };
    return switch (sign) {
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      case "/" -> left / right;
      default -> truth ? 1 : 0;
    };
  }
}
