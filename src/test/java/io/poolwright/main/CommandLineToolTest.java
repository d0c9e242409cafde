package io.poolwright.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tool through its main loop: what goes in, what comes out, and when. */
class CommandLineToolTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String input, String... arguments) throws IOException {
    return new CommandLineTool(
            new BufferedReader(new StringReader(input)),
            out,
            new PrintWriter(err),
            OutputStream.nullOutputStream(),
            NOON)
        .run(List.of(arguments));
  }

  private List<String> answers(String input) throws IOException {
    assertThat(run(input, "autoscale", "evaluate")).isZero();
    assertThat(err.toString()).isEmpty();
    return out.toString().lines().toList();
  }

  private static String answer(String results, String dedicated, String lowPriority) {
    return "{\"results\":\""
        + results
        + "\",\"targets\":{\"dedicated\":"
        + dedicated
        + ",\"lowPriority\":"
        + lowPriority
        + "},\"error\":null}";
  }

  @Test
  void oneAnswerALine() throws IOException {
    assertThat(
            answers(
                """
                {"formula": "$TargetDedicatedNodes = 3;"}

                {"formula": "$TargetLowPriorityNodes = 2", "now": "2026-01-01T00:00:00Z"}
                   \t
                {"formula": ""}
                """))
        .containsExactly(
            answer("$TargetDedicatedNodes=3;$NodeDeallocationOption=taskcompletion", "3", "null"),
            answer("$TargetLowPriorityNodes=2;$NodeDeallocationOption=taskcompletion", "null", "2"),
            answer("$NodeDeallocationOption=taskcompletion", "null", "null"));
  }

  @Test
  void theWholeOfARequest() throws IOException {
    String request =
        """
        {"formula": "a = avg($PendingTasks.GetSample(TimeInterval_Minute)); $TargetDedicatedNodes = a + $TargetDedicatedNodes; \
        $TargetLowPriorityNodes = $TargetLowPriorityNodes; h = time().hour", \
        "now": "2026-03-01T09:00:00+02:00", "current": {"dedicated": 4, "lowPriority": 1}, \
        "samples": {"$PendingTasks": [{"time": "2026-03-01T06:59:50Z", "value": 3}, \
        {"time": "2026-03-01T06:59:20Z", "value": 5.0}]}}
        """;
    assertThat(answers(request))
        .containsExactly(
            answer(
                "$TargetDedicatedNodes=8;$TargetLowPriorityNodes=1;$NodeDeallocationOption=taskcompletion;a=4;h=7",
                "8",
                "1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "x = 1 +          ~ parse   ~ AutoScalingFormulaSyntaxError ~ 8  ~ expected a value, found the end of the formula",
        "x = 1 + time()   ~ type    ~ AutoScalingFormulaTypeError ~ 7  ~ '+' cannot be used with a double and a timestamp",
        "x = 1 / 0        ~ runtime ~ AutoScalingFormulaEvaluationError ~ 7  ~ division by zero",
        "x = $PendingTasks.GetSample(TimeInterval_Hour, 50) ~ samples ~ InsufficientSampleData ~ 28 ~ Insufficient data from data set: $PendingTasks wanted 50%, received 0%",
      })
  void errors(String formula, String kind, String code, int column, String message)
      throws IOException {
    assertThat(answers("{\"formula\": \"" + formula + "\"}").getFirst())
        .endsWith(
            ",\"targets\":{\"dedicated\":null,\"lowPriority\":null},\"error\":{\"kind\":\""
                + kind
                + "\",\"code\":\""
                + code
                + "\",\"message\":\"Line 1, Col "
                + column
                + ": "
                + message
                + "\",\"line\":1,\"column\":"
                + column
                + "}}");
  }

  @Test
  void aLimit() throws IOException {
    assertThat(answers("{\"formula\": \"" + "x".repeat(100_000) + "\"}").getFirst())
        .contains("\"kind\":\"limit\",\"code\":\"AutoScaleFormulaTooLong\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "nonsense                        ~ the line is not one JSON object: Unrecognized token 'nonsense'",
        "{\"formula\": \"x\"            ~ the line is not one JSON object: Unexpected end-of-input",
        "{\"formula\": \"x\"} {}        ~ the line is not one JSON object: Trailing token",
        "{\"formula\": \"\", \"formula\": \"\"} ~ the line is not one JSON object: Duplicate field 'formula'",
        "[]                              ~ the request must be an object",
        "null                            ~ the request must be an object",
        "\"x\"                           ~ the request must be an object",
        "{}                              ~ formula must be a string, and is required",
        "{\"formula\": 3}               ~ formula must be a string, and is required",
        "{\"formula\": \"\", \"sample\": {}} ~ the request has no field sample; expected current, formula, now, samples",
        "{\"formula\": \"\", \"now\": \"today\"} ~ now must be a time such as 2026-01-31T08:00:00Z",
        "{\"formula\": \"\", \"now\": 12} ~ now must be a time such as 2026-01-31T08:00:00Z",
        "{\"formula\": \"\", \"now\": \"+12026-01-31T08:00:00Z\"} ~ now must be a time such as 2026-01-31T08:00:00Z",
        "{\"formula\": \"\", \"current\": 3} ~ current must be an object",
        "{\"formula\": \"\", \"current\": {\"spot\": 3}} ~ current has no field spot; expected dedicated, lowPriority",
        "{\"formula\": \"\", \"current\": {\"dedicated\": -1}} ~ current.dedicated must be a whole number, 0 or more",
        "{\"formula\": \"\", \"current\": {\"lowPriority\": 1.5}} ~ current.lowPriority must be a whole number, 0 or more",
        "{\"formula\": \"\", \"current\": {\"dedicated\": 1e10}} ~ current.dedicated must be a whole number, 0 or more",
        "{\"formula\": \"\", \"current\": {\"dedicated\": \"1\"}} ~ current.dedicated must be a whole number, 0 or more",
        "{\"formula\": \"\", \"samples\": []} ~ samples must be an object",
        "{\"formula\": \"\", \"samples\": {\"$Tasks\": []}} ~ samples: $Tasks is not a sampled variable",
        "{\"formula\": \"\", \"samples\": {\"$PendingTasks\": 3}} ~ samples.$PendingTasks must be an array",
        "{\"formula\": \"\", \"samples\": {\"$PendingTasks\": [3]}} ~ samples.$PendingTasks[] must be an object",
        "{\"formula\": \"\", \"samples\": {\"$PendingTasks\": [{\"value\": 3}]}} ~ samples.$PendingTasks[].time must be a time",
        "{\"formula\": \"\", \"samples\": {\"$PendingTasks\": [{\"time\": \"2026-01-31T08:00:00Z\"}]}} ~ samples.$PendingTasks[].value must be a finite number",
        "{\"formula\": \"\", \"samples\": {\"$PendingTasks\": [{\"time\": \"2026-01-31T08:00:00Z\", \"value\": 1e999}]}} ~ samples.$PendingTasks[].value must be a finite number",
      })
  void whatIsNoRequestIsAnsweredAndTheNextOneToo(String line, String message) throws IOException {
    List<String> answers = answers(line + "\n{\"formula\": \"$TargetDedicatedNodes = 1\"}\n");
    assertThat(answers).hasSize(2);
    assertThat(answers.getFirst())
        .startsWith(
            "{\"results\":null,\"targets\":{\"dedicated\":null,\"lowPriority\":null},"
                + "\"error\":{\"kind\":\"parse\",\"code\":\"InvalidRequest\",\"message\":\""
                + message)
        .endsWith("\"line\":null,\"column\":null}}");
    assertThat(answers.getLast())
        .isEqualTo(
            answer("$TargetDedicatedNodes=1;$NodeDeallocationOption=taskcompletion", "1", "null"));
  }

  @Test
  void aVeryDeepLineIsNoMoreThanAnError() throws IOException {
    assertThat(answers("[".repeat(200_000)).getFirst()).contains("InvalidRequest");
  }

  @Test
  void nullsAreAsGoodAsNothing() throws IOException {
    assertThat(
            answers(
                "{\"formula\": \"x = time().hour\", \"now\": null, \"samples\": null, \"current\": null}\n"
                    + "{\"formula\": \"x = 1\", \"current\": {\"dedicated\": null}}"))
        .containsExactly(
            answer("$NodeDeallocationOption=taskcompletion;x=12", "null", "null"),
            answer("$NodeDeallocationOption=taskcompletion;x=1", "null", "null"));
  }

  /** Who waits for an answer before the next question is not left waiting. */
  @Test
  @Timeout(20)
  void eachAnswerIsFlushedBeforeTheNextRequestIsRead() throws Exception {
    PipedWriter ask = new PipedWriter();
    BufferedReader requests = new BufferedReader(new PipedReader(ask));
    PipedWriter answering = new PipedWriter();
    BufferedReader answers = new BufferedReader(new PipedReader(answering));
    Thread tool =
        Thread.ofVirtual()
            .start(() -> {
              try {
                new CommandLineTool(
                        requests,
                        answering,
                        new PrintWriter(err),
                        OutputStream.nullOutputStream(),
                        NOON)
                    .run(List.of("autoscale", "evaluate"));
              } catch (IOException e) {
                err.write(e.toString());
              }
            });
    for (int i = 0; i < 3; i++) {
      ask.write("{\"formula\": \"$TargetDedicatedNodes = " + i + "\"}\n");
      ask.flush();
      assertThat(answers.readLine()).contains("\"dedicated\":" + i);
    }
    ask.close();
    tool.join();
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "autoscale",
    "autoscale evaluate now",
    "pool",
    "autoscale evaluate --pool",
    "autoscale evaluate --namespace n",
    "autoscale evaluate --pool p --pool q",
    "tasks",
    "tasks --state Failed",
    "tasks j --state Broken",
    "tasks j --namespace",
    "files",
    "files ls j",
    "files rm j t x",
    "files get j t",
    "files get j t x --follow",
    "files ls j t --state Failed"
  })
  void whatItDoesNotKnowItSays(String arguments) throws IOException {
    assertThat(run("", arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith("use: poolwright autoscale evaluate");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"get, /etc/passwd", "get, wd/../../x", "tail, ../x"})
  void aPathOutOfTheTasksDirectoryIsNamed(String verb, String path) throws IOException {
    assertThat(run("", "files", verb, "j", "t", path)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("PATH " + path + " is not one within the task's directory")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tasks j",
        "files ls j t",
        "files tail j t stdout.txt --follow",
        "autoscale evaluate --pool p",
        "autoscale evaluate --pool p --namespace n",
      })
  @Timeout(20)
  void whereThereIsNoClusterItSaysSo(String arguments, @TempDir Path directory) throws IOException {
    String before = System.setProperty("kubeconfig", directory.resolve("none").toString());
    try {
      assertThat(run("{}\n", arguments.split(" "))).isEqualTo(2);
    } finally {
      if (before == null) {
        System.clearProperty("kubeconfig");
      } else {
        System.setProperty("kubeconfig", before);
      }
    }
    assertThat(err.toString()).startsWith("there is no cluster: no kubeconfig at ");
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aJobWithoutANameIsNoJob() throws IOException {
    assertThat(run("", "tasks", "")).isEqualTo(2);
    assertThat(err.toString()).startsWith("use: poolwright");
  }

  @Test
  void help() throws IOException {
    assertThat(run("", "help")).isZero();
    assertThat(out.toString()).startsWith("use: poolwright autoscale evaluate");
  }
}
