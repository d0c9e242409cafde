package io.poolwright.main;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

/**
 * The command-line tool: {@code poolwright autoscale evaluate}. Exit code 2: it was called in a way
 * that it does not know.
 */
public final class CommandLineTool {
  private static final String USAGE =
      """
      use: poolwright autoscale evaluate

      Reads one request a line from standard input and writes one answer a line:
        {"formula": "…", "now": "2026-01-31T08:00:00Z", "current": {"dedicated": 1, "lowPriority": 0},
         "samples": {"$PendingTasks": [{"time": "2026-01-31T07:59:30Z", "value": 4}]}}
      Only the formula is required; now is the present time, current is 0, samples are none.
      docs/autoscale.md describes the language.
      """;

  private final BufferedReader in;
  private final Writer out;
  private final PrintWriter err;
  private final Clock clock;

  CommandLineTool(BufferedReader in, Writer out, PrintWriter err, Clock clock) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.clock = clock;
  }

  public static void main(String[] arguments) throws IOException {
    int code =
        new CommandLineTool(
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                new OutputStreamWriter(System.out, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Clock.systemUTC())
            .run(List.of(arguments));
    System.exit(code);
  }

  int run(List<String> arguments) throws IOException {
    if (arguments.equals(List.of("autoscale", "evaluate"))) {
      new AutoscaleEvaluate(clock).run(in, out);
      return 0;
    }
    if (arguments.equals(List.of("help")) || arguments.equals(List.of("--help"))) {
      out.write(USAGE);
      out.flush();
      return 0;
    }
    if (arguments.contains("--pool")) {
      err.println("--pool is not there yet: give the pool's size and samples in the request");
    } else {
      err.print(USAGE);
      err.flush();
    }
    return 2;
  }
}
