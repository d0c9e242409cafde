package io.poolwright.autoscale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variables, targets and the results string. */
class EvaluationTest {
  private static Evaluation run(String formula) {
    return Scene.empty().run(formula);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "                              ~ $NodeDeallocationOption=requeue",
        "// nothing                    ~ $NodeDeallocationOption=requeue",
        "1 + 1                         ~ $NodeDeallocationOption=requeue",
        "$TargetDedicatedNodes=3       ~ $TargetDedicatedNodes=3;$NodeDeallocationOption=requeue",
        "$TargetLowPriorityNodes=2;    ~ $TargetLowPriorityNodes=2;$NodeDeallocationOption=requeue",
        "$NodeDeallocationOption=taskcompletion;$TargetLowPriorityNodes=2;$TargetDedicatedNodes=1 ~ $TargetDedicatedNodes=1;$TargetLowPriorityNodes=2;$NodeDeallocationOption=taskcompletion",
        "$TargetDedicated=3            ~ $TargetDedicatedNodes=3;$NodeDeallocationOption=requeue",
        "$TargetDedicated=3;$TargetDedicatedNodes=4 ~ $TargetDedicatedNodes=4;$NodeDeallocationOption=requeue",
        "$TargetDedicatedNodes=4;$TargetDedicated=3 ~ $TargetDedicatedNodes=4;$NodeDeallocationOption=requeue",
        "$TargetDedicatedNodes=4;x=$TargetDedicated ~ $TargetDedicatedNodes=4;$NodeDeallocationOption=requeue;x=4",
        "$TargetDedicated=4;x=$TargetDedicatedNodes ~ $TargetDedicatedNodes=4;$NodeDeallocationOption=requeue;x=4",
        "b=1;a=2;$c=3;B=4              ~ $NodeDeallocationOption=requeue;$c=3;B=4;a=2;b=1",
        "x=1;$x=2                      ~ $NodeDeallocationOption=requeue;$x=2;x=1",
        "x=1;x=x+1                     ~ $NodeDeallocationOption=requeue;x=2",
        "x=\"a\";y=\"say \\\"hi\\\"\"  ~ $NodeDeallocationOption=requeue;x=a;y=say \"hi\"",
        "avg = avg(1, 3); y = avg + 1  ~ $NodeDeallocationOption=requeue;avg=2;y=3",
        "_a1=1;TaskCompletion=2        ~ $NodeDeallocationOption=requeue;TaskCompletion=2;_a1=1",
        "x=1;stop();x=2                ~ $NodeDeallocationOption=requeue;x=1",
        "x=1;x > 0 ? stop() : 0;x=2    ~ $NodeDeallocationOption=requeue;x=1",
        "x=1;x < 0 ? stop() : 0;x=2    ~ $NodeDeallocationOption=requeue;x=2",
        "x=1;x = max(2, stop())        ~ $NodeDeallocationOption=requeue;x=1",
        "$TargetDedicatedNodes=2.9     ~ $TargetDedicatedNodes=2.9;$NodeDeallocationOption=requeue",
      })
  void results(String formula, String expected) {
    Evaluation evaluation = run(formula == null ? "" : formula);
    assertThat(evaluation.error()).isNull();
    assertThat(evaluation.results()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "2.9, 2", "0, 0", "-0.9, 0", "vec(7), 7"})
  void aTargetIsTruncatedTowardZero(String value, int expected) {
    assertThat(run("$TargetDedicatedNodes = " + value).dedicated()).isEqualTo(expected);
    assertThat(run("$TargetLowPriorityNodes = " + value).lowPriority()).isEqualTo(expected);
  }

  @Test
  void aTargetThatIsNotAssignedStaysAsItIs() {
    Evaluation evaluation = run("$TargetLowPriorityNodes = $TargetDedicatedNodes / 2");
    assertThat(evaluation.dedicated()).isNull();
    assertThat(evaluation.lowPriority()).isEqualTo(2);
  }

  @Test
  void aTargetIsJudgedInTheEndOnly() {
    assertThat(
            run("$TargetDedicatedNodes = -3; $TargetDedicatedNodes = max(0, $TargetDedicatedNodes)")
                .dedicated())
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({"requeue", "terminate", "taskcompletion", "retaineddata"})
  void deallocationOptions(String word) {
    assertThat(run("$NodeDeallocationOption = " + word).nodeDeallocationOption().word())
        .isEqualTo(word);
  }

  @Test
  void resultsStayShortEnoughForAStatus() {
    String formula = "v = vec(1); v = vec(v, v, v, v, v, v, v, v, v, v); a = vec(v, v, v, v);";
    Evaluation evaluation =
        run(
            formula
                + "$TargetDedicatedNodes = 1; "
                + "b = vec(a, a, a, a, a, a, a);".repeat(3)
                + " c = vec(b, b, b, b, b, b, b, b, b, b);c = vec(c, c, c, c, c, c, c);");
    assertThat(evaluation.error()).isNull();
    assertThat(evaluation.results())
        .startsWith("$TargetDedicatedNodes=1;$NodeDeallocationOption=requeue;a=[1,")
        .hasSizeLessThanOrEqualTo(32_768)
        .doesNotContain(";c=");
  }
}
