package io.poolwright.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The agent of the image, started by its own script, which dev/bench has moved to here. */
final class AgentRun {
  private static final Pattern BEFORE = Pattern.compile("(\\d+)M->\\d+M\\(");
  private static final Pattern MOST = Pattern.compile("(?m)^VmHWM:\\s*(\\d+) kB");

  private final Path work;
  private final ObjectServer server;
  private final Path task;

  /**
   * How it went.
   *
   * @param cpu seconds of processor time
   * @param rss the process's most, in MiB
   * @param heap the most before a collection, in MiB
   */
  record Ran(double seconds, double cpu, long rss, long heap) {}

  AgentRun(Path work, ObjectServer server) throws IOException {
    this.work = work;
    this.server = server;
    this.task = work.resolve("task");
    clear();
    Path run = Files.createDirectories(work.resolve("run"));
    Files.writeString(run.resolve("exit"), "0\n");
  }

  Path working() {
    return task.resolve("wd");
  }

  void clear() throws IOException {
    Files.createDirectories(working());
    try (Stream<Path> all = Files.list(working())) {
      for (Path file : all.toList()) {
        Files.delete(file);
      }
    }
  }

  Ran out(String pattern, String path) throws Exception {
    return run(
        "stage-out",
        "POOLWRIGHT_OUTPUTS",
        "{\"logs\":\"Never\",\"files\":[{\"filePattern\":\"%s\",\"destination\":{\"path\":\"%s\"}}]}"
            .formatted(pattern, path));
  }

  Ran in(String prefix) throws Exception {
    return run(
        "stage-in",
        "POOLWRIGHT_RESOURCE_FILES",
        "[{\"storageUrl\":\"s3:///%s\"}]".formatted(prefix));
  }

  private Ran run(String verb, String variable, String request) throws Exception {
    Path collections = work.resolve("gc.log");
    List<String> line = List.of("/bin/sh", work.resolve("agent.sh").toString(), verb);
    Path log = work.resolve(verb + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "BENCH_GC_LOG",
                collections.toString(),
                "BENCH_AGENT_OPTIONS",
                Objects.requireNonNullElse(System.getenv("BENCH_AGENT_OPTIONS"), ""),
                "AZ_BATCH_TASK_DIR",
                task.toString(),
                "AZ_BATCH_TASK_WORKING_DIR",
                working().toString(),
                "POOLWRIGHT_RUN",
                work.resolve("run").toString(),
                "POOLWRIGHT_STORAGE_DIR",
                server.secret().toString(),
                "POOLWRIGHT_TERMINATION_LOG",
                work.resolve("termination").toString(),
                variable,
                request));
    long begin = System.nanoTime();
    Process process = builder.start();
    long rss = 0;
    Duration cpu = Duration.ZERO;
    while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
      rss = Math.max(rss, most(process.pid()));
      cpu = process.info().totalCpuDuration().orElse(cpu);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (process.exitValue() != 0) {
      throw new IllegalStateException(Files.readString(log));
    }
    long before = 0;
    Matcher matcher = BEFORE.matcher(Files.readString(collections));
    while (matcher.find()) {
      before = Math.max(before, Long.parseLong(matcher.group(1)));
    }
    return new Ran(seconds, cpu.toMillis() / 1e3, rss, before);
  }

  private static long most(long process) {
    try {
      Matcher line = MOST.matcher(Files.readString(Path.of("/proc/" + process + "/status")));
      return line.find() ? Long.parseLong(line.group(1)) >> 10 : 0;
    } catch (IOException ended) {
      return 0;
    }
  }
}
