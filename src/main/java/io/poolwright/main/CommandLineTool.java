package io.poolwright.main;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.poolwright.api.task.Task;
import io.poolwright.cluster.LiveCluster;
import io.poolwright.cluster.LiveJob;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The command-line tool: {@code poolwright autoscale evaluate}, {@code poolwright factory expand},
 * {@code poolwright tasks} and {@code poolwright files}. Exit code 2: it was called in a way that
 * it does not know, the factory is wrong, or there is no cluster; 1: what it was asked for is not
 * there.
 */
public final class CommandLineTool {
  private static final String USAGE =
      """
      use: poolwright autoscale evaluate [--pool NAME [--namespace NAMESPACE]]
           poolwright factory expand FILE [--files LISTING]
           poolwright tasks JOB [--namespace NAMESPACE] [--state STATE]
           poolwright files ls JOB TASK [--namespace NAMESPACE]
           poolwright files get JOB TASK PATH [--namespace NAMESPACE]
           poolwright files tail JOB TASK PATH [--namespace NAMESPACE] [--follow]

      autoscale evaluate reads one request a line from standard input and writes one answer a line:
        {"formula": "…", "now": "2026-01-31T08:00:00Z", "current": {"dedicated": 1, "lowPriority": 0},
         "samples": {"$PendingTasks": [{"time": "2026-01-31T07:59:30Z", "value": 4}]}}
      Only the formula is required; now is the present time, current is 0, samples are none.
      With --pool size and samples are those that the pool has now, in the cluster that kubectl would
      take; a request is {"formula": "…"}, or {} for the pool's own formula.
      docs/autoscale.md describes the language.

      factory expand writes the tasks of the task factory in FILE, YAML or JSON, one JSON object a
      line. FILE is a Job, Azure's template of a job, or a taskFactory alone. LISTING has the keys of
      the objects in the bucket of a TaskPerFile, one a line. docs/factories.md describes the rest.

      tasks lists the tasks of a job, also those that a factory makes, in the cluster that kubectl
      would take. STATE is Active, Running, Succeeded or Failed.

      files shows the files of a task's latest attempt, while it runs and until its retentionTime is
      over: stdout.txt, stderr.txt, and wd/… of its working directory. TASK is its id, PATH is as ls
      prints it. Where tail follows a file it ends with the task. A command in the node's pod does the
      reading: you need the right to create pods/exec.
      """;

  private static final List<String> EVALUATE = List.of("autoscale", "evaluate");
  private static final List<String> EXPAND = List.of("factory", "expand");

  private final BufferedReader in;
  private final Writer out;
  private final PrintWriter err;
  private final Clock clock;
  private final OutputStream raw;

  /**
   * @param raw where files go, which need not be text; the same as {@code out}, which is flushed
   *     first
   */
  CommandLineTool(BufferedReader in, Writer out, PrintWriter err, OutputStream raw, Clock clock) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.raw = raw;
    this.clock = clock;
  }

  public static void main(String[] arguments) throws IOException {
    // What the libraries remark would be among the answers.
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
      loggers.getLoggerList().forEach(l -> l.setLevel(Level.OFF));
    }
    int code;
    try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      code = run(List.of(arguments), out);
    } catch (IOException e) {
      System.err.println("poolwright: the answer could not be written: " + e.getMessage());
      code = 1;
    }
    System.exit(code);
  }

  /** Not by System.out, which says nothing when it cannot write. */
  private static int run(List<String> arguments, OutputStream out) throws IOException {
    return new CommandLineTool(
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
            new OutputStreamWriter(out, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            out,
            Clock.systemUTC())
        .run(arguments);
  }

  int run(List<String> arguments) throws IOException {
    if (arguments.size() >= 2 && arguments.subList(0, 2).equals(EVALUATE)) {
      return evaluate(arguments.subList(2, arguments.size()));
    }
    if (arguments.size() >= 3 && arguments.subList(0, 2).equals(EXPAND)) {
      return expand(arguments.get(2), arguments.subList(3, arguments.size()));
    }
    if (arguments.size() >= 2 && arguments.getFirst().equals("tasks")) {
      return tasks(arguments.get(1), arguments.subList(2, arguments.size()));
    }
    if (arguments.size() >= 4 && arguments.getFirst().equals("files")) {
      return files(arguments.subList(1, arguments.size()));
    }
    if (arguments.equals(List.of("help")) || arguments.equals(List.of("--help"))) {
      out.write(USAGE);
      out.flush();
      return 0;
    }
    return misused();
  }

  private int misused() {
    err.print(USAGE);
    err.flush();
    return 2;
  }

  private int expand(String file, List<String> options) throws IOException {
    boolean files = options.size() == 2 && options.getFirst().equals("--files");
    if (file.startsWith("--") || !(options.isEmpty() || files)) {
      return misused();
    }
    return new FactoryExpand(out, err)
        .run(Path.of(file), files ? Path.of(options.getLast()) : null);
  }

  private int tasks(String job, List<String> options) throws IOException {
    Map<String, String> given = given(options, Set.of("--namespace", "--state"));
    String word = given == null ? null : given.get("--state");
    Optional<TaskList.State> state = word == null ? Optional.empty() : TaskList.State.of(word);
    if (given == null
        || job.startsWith("--")
        || job.isBlank()
        || (word != null && state.isEmpty())) {
      return misused();
    }
    try (LiveCluster cluster = LiveCluster.of(given.get("--namespace"))) {
      return new TaskList(out, err, state.orElse(null)).run(cluster.job(job));
    } catch (LiveCluster.Absent e) {
      return told(e, 2);
    }
  }

  private int files(List<String> arguments) throws IOException {
    FilesRequest request = FilesRequest.of(arguments);
    if (request == null) {
      return misused();
    }
    String complaint = request.complaint();
    if (complaint != null) {
      err.println(complaint);
      err.flush();
      return 2;
    }
    out.flush();
    try (LiveCluster cluster = LiveCluster.of(request.namespace())) {
      LiveJob live = cluster.job(request.job());
      Task task = live.task(request.task());
      switch (request.verb()) {
        case LS -> live.files().list(task, raw);
        case GET -> live.files().get(task, request.path(), raw);
        case TAIL -> live.files().tail(task, request.path(), request.follow(), live, raw);
      }
      raw.flush();
      return 0;
    } catch (LiveJob.Unknown e) {
      return told(e, 1);
    } catch (LiveCluster.Absent e) {
      return told(e, 2);
    }
  }

  private int told(Exception why, int code) {
    err.println(why.getMessage());
    err.flush();
    return code;
  }

  /** Null where they are not options of these names, each once and with a value. */
  static @Nullable Map<String, String> given(List<String> options, Set<String> names) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < options.size(); i += 2) {
      if (!names.contains(options.get(i))
          || i + 1 == options.size()
          || given.put(options.get(i), options.get(i + 1)) != null) {
        return null;
      }
    }
    return given;
  }

  private int evaluate(List<String> options) throws IOException {
    Map<String, String> given = given(options, Set.of("--pool", "--namespace"));
    if (given == null) {
      return misused();
    }
    String pool = given.get("--pool");
    if (pool == null) {
      if (!given.isEmpty()) {
        return misused();
      }
      new AutoscaleEvaluate(clock, null).run(in, out);
      return 0;
    }
    try (LiveCluster cluster = LiveCluster.of(given.get("--namespace"))) {
      new AutoscaleEvaluate(clock, cluster.pool(pool)::read).run(in, out);
      return 0;
    } catch (LiveCluster.Absent e) {
      return told(e, 2);
    }
  }
}
