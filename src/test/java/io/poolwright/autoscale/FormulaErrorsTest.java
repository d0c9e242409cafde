package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.autoscale.FormulaError.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an error is, of which kind, and what was expected. */
class FormulaErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "x = 1 +                   ~ 1:8 expected a value, found the end of the formula",
        "x = 1 +;                  ~ 1:8 expected a value, found ';'",
        "x = (1                    ~ 1:7 expected an operator or ')', found the end of the formula",
        "x = 1)                    ~ 1:6 expected an operator or ';', found ')'",
        "x = 1 y = 2               ~ 1:7 expected an operator or ';', found 'y'",
        "x = 1 2                   ~ 1:7 expected an operator or ';', found '2'",
        "x = avg(1 2)              ~ 1:11 expected an operator, ',' or ')', found '2'",
        "x = avg(1,)               ~ 1:11 expected a value, found ')'",
        "x = avg(                  ~ 1:9 expected a value, found the end of the formula",
        "x = 1 ? 2                 ~ 1:10 expected an operator or ':', found the end of the formula",
        "x = 1 ? 2; 3              ~ 1:10 expected an operator or ':', found ';'",
        "x = 1 < 2 < 3             ~ 1:11 comparisons do not chain: put one of them into parentheses, or use '&&'",
        "x = !!1                   ~ 1:6 expected a value, found '!'",
        "x = --1                   ~ 1:6 expected a value, found '-'",
        "x = +1                    ~ 1:5 expected a value, found '+'",
        "x = y = 1                 ~ 1:7 expected an operator or ';', found '='",
        "1 = 2                     ~ 1:3 expected an operator or ';', found '='",
        ";                         ~ 1:1 expected a value, found ';'",
        "x = 1;;                   ~ 1:7 expected a value, found ';'",
        "x = \"a                   ~ 1:5 the string is not closed on its line; expected '\"'",
        "x = \"a\\n                ~ 1:5 the string is not closed on its line; expected '\"'",
        "x = \\\"a                 ~ 1:5 the string is not closed on its line; expected '\"'",
        "x = \\\"a\"               ~ 1:8 unexpected '\"' in a string that '\\\"' opened",
        "x = 5 % 2                 ~ 1:7 there is no operator '%'",
        "x = 1 & 2                 ~ 1:7 unexpected '&'; expected '&&'",
        "x = 1 | 2                 ~ 1:7 unexpected '|'; expected '||'",
        "x = 'a'                   ~ 1:5 unexpected '''; strings stand in double quotes",
        "x = $                     ~ 1:5 expected a name directly after '$'",
        "x = $ y                   ~ 1:5 expected a name directly after '$'",
        "x = $1                    ~ 1:5 expected a name directly after '$'",
        "x = 1 § 2                 ~ 1:7 unexpected character '§'",
        "x =\u00a01                ~ 1:4 unexpected character U+00A0",
        "x = 1 😀                  ~ 1:7 unexpected character '😀'",
        "x = 1 # 2                 ~ 1:7 unexpected character '#'",
        "x = 1 +; y = §            ~ 1:8 expected a value, found ';'",
        "x = 1 /* 2 */             ~ 1:8 expected a value, found '*'",
        "x = time().               ~ 1:12 expected the name of a member or method, found the end of the formula",
        "x = time().5              ~ 1:11 expected an operator or ';', found '.5'",
        "x = time().$hour          ~ 1:12 expected the name of a member or method, found '$hour'",
        "x = $avg(1)               ~ 1:9 expected an operator or ';', found '('",
        "if (1) x = 2              ~ 1:8 expected an operator or ';', found 'x'",
        "x = 1e999                 ~ 1:5 the number is too large; expected one below 1.8e308",
        "x = y                     ~ 1:5 y is not known here; expected a variable assigned before, a service variable or a constant",
        "x = x + 1                 ~ 1:5 x is not known here; expected a variable assigned before, a service variable or a constant",
        "x = 1; y = X              ~ 1:12 X is not known here; expected a variable assigned before; there is x",
        "x = 1; y = $x             ~ 1:12 $x is not known here; expected a variable assigned before; there is x",
        "x = PendingTasks          ~ 1:5 PendingTasks is not known here; expected a variable assigned before; there is $PendingTasks",
        "x = timeinterval_minute   ~ 1:5 timeinterval_minute is not known here; expected a variable assigned before; there is TimeInterval_Minute",
        "x = 1 ? 2 : y             ~ 1:13 y is not known here; expected a variable assigned before, a service variable or a constant",
        "$PendingTasks = 1         ~ 1:1 $PendingTasks is read-only; expected a variable",
        "$CurrentDedicated = 1     ~ 1:1 $CurrentDedicated is read-only; expected a variable",
        "requeue = 1               ~ 1:1 requeue is a constant; expected a variable",
        "TimeInterval_Minute = 1   ~ 1:1 TimeInterval_Minute is a constant; expected a variable",
      })
  void syntax(String formula, String expected) {
    String text = formula.replace("\\n", "\n");
    FormulaError error = error(text);
    assertThat(error.line() + ":" + error.column() + " " + bare(error)).isEqualTo(expected);
    assertThat(error.kind()).isEqualTo(Kind.PARSE);
    assertThat(error.code()).isEqualTo("AutoScalingFormulaSyntaxError");
    assertThat(Formula.parse(text)).isEqualTo(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "$TargetDedicatedNodes = vec(1, 2) ~ type 1:1 $TargetDedicatedNodes must be a double, not a doubleVec of 2 elements; avg, min, max or sum make one of it",
        "$TargetDedicatedNodes = \"3\"  ~ type 1:1 $TargetDedicatedNodes must be a double, not a string",
        "$TargetLowPriorityNodes = time() ~ type 1:1 $TargetLowPriorityNodes must be a double, not a timestamp",
        "$NodeDeallocationOption = 1   ~ type 1:1 $NodeDeallocationOption must be requeue, terminate, taskcompletion or retaineddata, not a double",
        "$NodeDeallocationOption = \"x\" ~ runtime 1:1 $NodeDeallocationOption must be requeue, terminate, taskcompletion or retaineddata, not \"x\"",
        "$TargetDedicatedNodes = -1    ~ runtime 1:1 $TargetDedicatedNodes must be from 0 to 2147483647, not -1",
        "$TargetLowPriority = 3e9      ~ runtime 1:1 $TargetLowPriorityNodes must be from 0 to 2147483647, not 3000000000",
      })
  void targets(String formula, String expected) {
    FormulaError error = error(formula);
    assertThat(
            (error.kind() + " ").toLowerCase(java.util.Locale.ROOT)
                + error.line()
                + ":"
                + error.column()
                + " "
                + bare(error))
        .isEqualTo(expected);
  }

  @Test
  void linesAndColumnsCountFromOne() {
    String formula = "// first\r\n\tx = 1;\r\n  y = x /\n 0;";
    FormulaError error = error(formula);
    assertThat(error.message()).isEqualTo("Line 3, Col 9: division by zero");
    assertThat(error.line()).isEqualTo(3);
    assertThat(error.column()).isEqualTo(9);
  }

  /** Azure's own message for batch-shipyard's formula of 2017. */
  @Test
  void missingSamplesAreReportedInAzuresWordsAndAtItsPlace() {
    String formula =
        "a = 1;\n".repeat(5)
            + "sli = TimeInterval_Second * 900;\n"
            + "samplepercent = $PendingTasks.GetSamplePercent(sli);\n"
            + "lastsample = val($PendingTasks.GetSample(1), 0);\n"
            + "samplevecavg = avg($PendingTasks.GetSample(sli, 70));\n";
    FormulaError error = error(formula);
    assertThat(error.message())
        .isEqualTo(
            "Line 9, Col 43: Insufficient data from data set: $PendingTasks wanted 70%, received 0%");
    assertThat(error.code()).isEqualTo("InsufficientSampleData");
    assertThat(error.kind()).isEqualTo(Kind.SAMPLES);
  }

  /** The pool keeps its size, and the results show how far the formula came. */
  @Test
  void anErrorLeavesNoTargetsButResults() {
    Evaluation evaluation = Scene.empty().run("$TargetDedicatedNodes = 9; x = 1 / 0; y = 2");
    assertThat(evaluation.results())
        .isEqualTo("$TargetDedicatedNodes=9;$NodeDeallocationOption=requeue");
    assertThat(evaluation.dedicated()).isNull();
    assertThat(evaluation.lowPriority()).isNull();
    assertThat(evaluation.nodeDeallocationOption()).isEqualTo(NodeDeallocationOption.REQUEUE);
    assertThat(Scene.empty().run("x = ").results()).isNull();
  }

  private static FormulaError error(String formula) {
    return new Scene(Scene.NOW, 0, 0, Map.of()).run(formula).error();
  }

  private static String bare(FormulaError error) {
    return error.message().replaceFirst("^Line \\d+, Col \\d+: ", "");
  }
}
