package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A container of the image: its scripts, run by the same static busybox as there. */
abstract class ScriptContainer {
  private static final Path SOURCES = Path.of("src/main/image").toAbsolutePath();
  static final Optional<Path> BUSYBOX =
      Stream.of("/bin/busybox", "/usr/bin/busybox")
          .map(Path::of)
          .filter(Files::isExecutable)
          .findFirst();

  @TempDir Path dir;

  /** The directory that the container starts in; that of the test where nothing is said. */
  @Nullable Path startsIn;

  final Map<String, String> environment = new HashMap<>();

  /** What a finished container leaves. */
  record Ended(int code, String out, String err) {}

  @BeforeEach
  void image() throws IOException {
    assumeTrue(BUSYBOX.isPresent(), "needs busybox-static");
    Path bin = Files.createDirectories(dir.resolve("image/bin"));
    Files.copy(BUSYBOX.orElseThrow(), dir.resolve("image/busybox"));
    try (Stream<Path> scripts = Files.list(SOURCES)) {
      for (Path script : scripts.toList()) {
        Files.copy(script, bin.resolve(script.getFileName()));
      }
    }
    // Instead of the JVM: says what it was asked for.
    Files.writeString(
        bin.resolve("agent.sh"),
        "echo agent \"$@\" exit=$(\"${0%/bin/*}/busybox\" cat \"$POOLWRIGHT_RUN/exit\" 2>/dev/null)\n");
    Files.createDirectories(dir.resolve("run"));
    Files.createDirectories(dir.resolve("batch/workitems"));
    environment.put("AZ_BATCH_NODE_ROOT_DIR", dir.resolve("batch").toString());
    environment.put("AZ_BATCH_NODE_STARTUP_DIR", dir.resolve("batch/startup").toString());
    environment.put("AZ_BATCH_TASK_DIR", task().toString());
    environment.put("AZ_BATCH_TASK_WORKING_DIR", task().resolve("wd").toString());
    environment.put("POOLWRIGHT_OUTPUTS", "{}");
    environment.put("POOLWRIGHT_RUN", dir.resolve("run").toString());
    environment.put("POOLWRIGHT_TERMINATION_LOG", dir.resolve("log").toString());
    environment.put("PATH", "/usr/bin:/bin");
  }

  Path task() {
    return dir.resolve("batch/workitems/job/job-1/task");
  }

  static boolean gone(long process) {
    Optional<ProcessHandle> handle = ProcessHandle.of(process);
    return handle.isEmpty() || !handle.get().isAlive() || handle.get().info().command().isEmpty();
  }

  static Path program(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  void launchFails(Path program, String part) throws Exception {
    assertThat(runStaged("./" + program.getFileName()).code()).isEqualTo(126);
    assertThat(message().path("code").asText()).isEqualTo("CommandLaunchFailed");
    assertThat(message().path("message").asText()).contains(part);
  }

  /** The first container of a pod that fetches nothing, and the hook in it. */
  Process stage() throws IOException {
    return start(dir.resolve("image/busybox"), dir.resolve("image/bin/stage.sh"));
  }

  Process staged() throws IOException {
    return start(dir.resolve("image/busybox"), dir.resolve("image/bin/staged.sh"));
  }

  Ended stageIn() throws Exception {
    return finish(start(dir.resolve("image/busybox"), dir.resolve("image/bin/stage-in.sh")));
  }

  Ended run(String... command) throws Exception {
    assertThat(stageIn().code()).isZero();
    return runStaged(command);
  }

  Ended runStaged(String... command) throws Exception {
    return finish(start(dir.resolve("run/busybox"), dir.resolve("run/runner.sh"), command));
  }

  Ended startTask(String retries, String... command) throws Exception {
    finish(start(dir.resolve("image/busybox"), dir.resolve("image/bin/packages.sh")));
    environment.put("POOLWRIGHT_MAX_RETRIES", retries);
    return finish(start(dir.resolve("run/busybox"), dir.resolve("run/start-runner.sh"), command));
  }

  Process start(Path busybox, Path script, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(busybox.toString(), "sh", script.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(startsIn == null ? null : startsIn.toFile())
            .redirectError(Files.createTempFile(dir, "err", "").toFile());
    builder.redirectOutput(Files.createTempFile(dir, "out", "").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    redirects.put(process, builder);
    return process;
  }

  private final Map<Process, ProcessBuilder> redirects = new HashMap<>();

  String text(Process process) throws IOException {
    return Files.readString(
        redirects.get(process).redirectOutput().file().toPath(), StandardCharsets.UTF_8);
  }

  Ended finish(Process process) throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).withFailMessage("it did not end").isTrue();
    String err =
        Files.readString(
            redirects.get(process).redirectError().file().toPath(), StandardCharsets.UTF_8);
    return new Ended(process.exitValue(), text(process), err);
  }

  JsonNode message() throws IOException {
    return new ObjectMapper().readTree(dir.resolve("log").toFile());
  }
}
