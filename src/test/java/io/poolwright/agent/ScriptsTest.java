package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image's scripts, run by the same static busybox as in the image. */
class ScriptsTest {
  private static final Path SOURCES = Path.of("src/main/image").toAbsolutePath();
  private static final Optional<Path> BUSYBOX =
      Stream.of("/bin/busybox", "/usr/bin/busybox")
          .map(Path::of)
          .filter(Files::isExecutable)
          .findFirst();

  @TempDir Path dir;
  private final Map<String, String> environment = new HashMap<>();

  /** What a finished container leaves. */
  private record Ended(int code, String out, String err) {}

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
    environment.put("POOLWRIGHT_RUN", dir.resolve("run").toString());
    environment.put("POOLWRIGHT_TERMINATION_LOG", dir.resolve("log").toString());
    environment.put("PATH", "/usr/bin:/bin");
  }

  @Test
  void theCommandGetsItsArgumentsExactly() throws Exception {
    String[] odd = {
      "a b",
      "\"q\"",
      "*",
      "",
      "'",
      "$HOME",
      "`id`",
      "\\n",
      "-n",
      "ü",
      "line\nbreak",
      "{a,b}",
      "~",
      ""
    };
    List<String> command = new ArrayList<>(List.of("printf", "<%s>"));
    command.addAll(List.of(odd));
    Ended ended = run(command.toArray(String[]::new));
    StringBuilder expected = new StringBuilder();
    for (String argument : odd) {
      expected.append('<').append(argument).append('>');
    }
    assertThat(ended.out()).isEqualTo(expected.toString());
    assertThat(ended.code()).isZero();
  }

  @Test
  void bothStreamsArePrintedAndKept() throws Exception {
    Ended ended = run("sh", "-c", "echo out; echo err >&2; exit 7");
    assertThat(ended).isEqualTo(new Ended(7, "out\n", "err\n"));
    assertThat(task().resolve("stdout.txt")).hasContent("out\n");
    assertThat(task().resolve("stderr.txt")).hasContent("err\n");
    assertThat(dir.resolve("run/exit")).hasContent("7\n");
    assertThat(Files.readString(dir.resolve("run/times")))
        .matches("\\d{10,}\\.\\d{3} \\d{10,}\\.\\d{3}\n");
    assertThat(dir.resolve("log")).doesNotExist();
  }

  @Test
  void theCommandSeesTheUsersEnvironmentAndNothingOfTheRunner() throws Exception {
    environment.put("spring.profiles.active", "a b\nc");
    environment.put("dash-ed", "x=y");
    environment.put("PLAIN", "p");
    Ended ended =
        run("sh", "-c", "pwd; tr '\\0' '@' </proc/$$/environ; ls /proc/self/fd | tr '\\n' ' '");
    assertThat(ended.out())
        .startsWith(task().resolve("wd").toRealPath() + "\n")
        .contains("spring.profiles.active=a b\nc@")
        .contains("dash-ed=x=y@")
        .contains("PLAIN=p@")
        .contains("PATH=/usr/bin:/bin@")
        .doesNotContain("POOLWRIGHT_LAUNCH")
        .doesNotContain("OLDPWD")
        .endsWith("0 1 2 3 ");
  }

  @Test
  void theProgramKeepsTheNameItWasCalledBy() throws Exception {
    assertThat(run("sh", "-c", "tr '\\0' ' ' </proc/$$/cmdline").out()).startsWith("sh -c");
  }

  @Test
  void tenMegabytesArriveWhole() throws Exception {
    Ended ended =
        run(
            "sh",
            "-c",
            "head -c 10485760 /dev/zero | tr '\\0' x; head -c 1048576 /dev/zero | tr '\\0' y >&2");
    assertThat(ended.out()).hasSize(10485760);
    assertThat(ended.err()).hasSize(1048576);
    assertThat(task().resolve("stdout.txt")).hasSize(10485760);
    assertThat(task().resolve("stderr.txt")).hasSize(1048576);
  }

  @Test
  void aProgramThatIsNotThereIsToldFromACommandThatEndsWith127() throws Exception {
    assertThat(run("no-such-program").code()).isEqualTo(127);
    assertThat(message().path("code").asText()).isEqualTo("CommandProgramNotFound");
    assertThat(message().path("message").asText()).contains("\"no-such-program\"").contains("PATH");
    assertThat(run("./no-such-\"file\"").code()).isEqualTo(127);
    assertThat(message().path("message").asText()).contains("no-such-\"file\"");
    assertThat(run("").code()).isEqualTo(127);
    Files.delete(dir.resolve("log"));
    assertThat(run("sh", "-c", "exit 127").code()).isEqualTo(127);
    assertThat(run("sh", "-c", "exit 126").code()).isEqualTo(126);
    assertThat(dir.resolve("log")).doesNotExist();
  }

  @Test
  void busyboxsOwnAppletsAreNoCommandsOfTheImage() throws Exception {
    environment.put("PATH", dir.resolve("empty").toString());
    assertThat(run("ls").code()).isEqualTo(127);
    assertThat(message().path("code").asText()).isEqualTo("CommandProgramNotFound");
  }

  @Test
  void aCommandRunsInAnImageWithoutAnyTool() throws Exception {
    Path own = Files.createDirectories(dir.resolve("own"));
    Files.copy(BUSYBOX.orElseThrow(), own.resolve("echo"));
    environment.put("PATH", own.toString());
    assertThat(run("echo", "alone").out()).isEqualTo("alone\n");
  }

  @Test
  void whatCannotBeLaunchedSaysWhy() throws Exception {
    stageIn();
    Path wd = task().resolve("wd");
    launchFails(Files.writeString(wd.resolve("data"), "x"), "not executable");
    launchFails(Files.createDirectory(wd.resolve("directory")), "is a directory");
    launchFails(
        program(wd.resolve("script"), "#!/no/such/interpreter -x\n"), "/no/such/interpreter");
    launchFails(program(wd.resolve("windows"), "#!/bin/sh\r\necho\r\n"), "Windows line end");
    launchFails(
        program(wd.resolve("foreign"), "\u007fELF-not-for-this-processor"), "another processor");
    assertThat(runStaged("./data/../directory").code()).isEqualTo(127);
  }

  @Test
  void theWallClockEndsTheWholeTree() throws Exception {
    environment.put("POOLWRIGHT_MAX_WALL_CLOCK_SECONDS", "1");
    Ended ended = run("sh", "-c", "sleep 1234.5 & echo $!; trap 'echo asked; exit 0' TERM; wait");
    assertThat(ended.code()).isEqualTo(124);
    assertThat(ended.out()).endsWith("asked\n");
    assertThat(message().path("code").asText()).isEqualTo("MaxWallClockTimeExpiry");
    assertThat(message().path("message").asText()).contains("1 s");
    long child = Long.parseLong(ended.out().lines().findFirst().orElseThrow());
    await().until(() -> gone(child));
  }

  @Test
  void aCommandThatIgnoresTheFirstSignalIsKilledTenSecondsLater() throws Exception {
    environment.put("POOLWRIGHT_MAX_WALL_CLOCK_SECONDS", "1");
    long before = System.nanoTime();
    assertThat(run("sh", "-c", "trap '' TERM; while :; do sleep 1; done").code()).isEqualTo(124);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
  }

  @Test
  void aShortCommandDoesNotWaitForItsWallClock() throws Exception {
    environment.put("POOLWRIGHT_MAX_WALL_CLOCK_SECONDS", "3600");
    long before = System.nanoTime();
    assertThat(run("true").code()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void processesLeftBehindDoNotHoldTheTaskOpen() throws Exception {
    Ended ended = run("sh", "-c", "sleep 1234.5 & echo $!");
    assertThat(ended.code()).isZero();
    await().until(() -> gone(Long.parseLong(ended.out().strip())));
  }

  @Test
  void aTerminationIsForwardedAndItsLastWordsAreKept() throws Exception {
    stageIn();
    Process runner =
        start(
            dir.resolve("run/busybox"),
            dir.resolve("run/runner.sh"),
            "sh",
            "-c",
            "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.1; done");
    await()
        .until(() ->
            Files.exists(task().resolve("stdout.txt"))
                && Files.readString(task().resolve("stdout.txt")).equals("up\n"));
    runner.destroy();
    assertThat(runner.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(runner.exitValue()).isEqualTo(143);
    assertThat(task().resolve("stdout.txt")).hasContent("up\nbye\n");
    assertThat(dir.resolve("run/exit")).hasContent("143\n");
  }

  @Test
  void aFullDiskIsNamed() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")));
    stageIn();
    Files.createSymbolicLink(task().resolve("stdout.txt"), Path.of("/dev/full"));
    Ended ended = runStaged("sh", "-c", "echo printed");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEqualTo("printed\n");
    assertThat(message().path("code").asText()).isEqualTo("DiskFull");
  }

  @Test
  void stageOutBeginsWhenTheCommandHasEnded() throws Exception {
    stageIn();
    Process stageOut = start(dir.resolve("image/busybox"), dir.resolve("image/bin/stage-out.sh"));
    Process runner =
        start(
            dir.resolve("run/busybox"),
            dir.resolve("run/runner.sh"),
            "sh",
            "-c",
            "while [ ! -e go ]; do sleep 0.05; done; exit 3");
    await().until(() -> Files.exists(dir.resolve("run/started")));
    assertThat(stageOut.isAlive()).isTrue();
    Files.createFile(task().resolve("wd/go"));
    assertThat(runner.waitFor()).isEqualTo(3);
    assertThat(stageOut.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(text(stageOut)).isEqualTo("agent stage-out exit=3\n");
  }

  @Test
  void stageOutThatComesLateStillSeesTheEnd() throws Exception {
    run("sh", "-c", "exit 4");
    Process stageOut = start(dir.resolve("image/busybox"), dir.resolve("image/bin/stage-out.sh"));
    assertThat(stageOut.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(text(stageOut)).isEqualTo("agent stage-out exit=4\n");
  }

  @Test
  void stageOutSeesThatTheRunnerWasKilled() throws Exception {
    stageIn();
    Process stageOut = start(dir.resolve("image/busybox"), dir.resolve("image/bin/stage-out.sh"));
    Process runner =
        start(dir.resolve("run/busybox"), dir.resolve("run/runner.sh"), "sleep", "4321");
    await()
        .until(() ->
            runner
                .descendants()
                .anyMatch(process -> process.info().command().orElse("").endsWith("/sleep")));
    List<ProcessHandle> orphans = runner.descendants().toList();
    runner.destroyForcibly();
    assertThat(stageOut.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(text(stageOut)).isEqualTo("agent stage-out exit=\n");
    orphans.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void stageOutOfATaskThatNeverBeganEndsWhenTold() throws Exception {
    stageIn();
    Process stageOut = start(dir.resolve("image/busybox"), dir.resolve("image/bin/stage-out.sh"));
    await().until(() -> stageOut.descendants().findAny().isPresent());
    stageOut.destroy();
    assertThat(stageOut.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(stageOut.exitValue()).isEqualTo(143);
  }

  @Test
  void stageInMakesTheDirectoryAnewForEveryAttempt() throws Exception {
    assertThat(stageIn()).isEqualTo(new Ended(0, "", ""));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(task())))
        .isEqualTo("rwxrwx---");
    assertThat(((Integer) Files.getAttribute(task(), "unix:mode")) & 07777).isEqualTo(02770);
    assertThat(((Integer) Files.getAttribute(task().getParent(), "unix:mode")) & 07777)
        .isEqualTo(02770);
    Files.writeString(task().resolve("wd/left"), "x");
    Path outside = Files.writeString(dir.resolve("outside"), "kept");
    Files.createSymbolicLink(task().resolve("wd/link"), outside);
    assertThat(stageIn().code()).isZero();
    assertThat(task().resolve("wd")).isEmptyDirectory();
    assertThat(outside).hasContent("kept");
  }

  @Test
  void stageInStartsTheAgentOnlyWhereThereAreFiles() throws Exception {
    environment.put("POOLWRIGHT_RESOURCE_FILES", "[]");
    assertThat(stageIn().out()).isEqualTo("agent stage-in exit=\n");
  }

  @Test
  void packagesMakesTheNodesDirectories() throws Exception {
    Ended ended = finish(start(dir.resolve("image/busybox"), dir.resolve("image/bin/packages.sh")));
    assertThat(ended).isEqualTo(new Ended(0, "", ""));
    for (String name : List.of("shared", "startup", "startup/wd", "applications", "workitems")) {
      assertThat(
              ((Integer) Files.getAttribute(dir.resolve("batch").resolve(name), "unix:mode"))
                  & 07777)
          .isEqualTo(02770);
    }
    environment.put("POOLWRIGHT_PACKAGES", "[]");
    assertThat(
            finish(start(dir.resolve("image/busybox"), dir.resolve("image/bin/packages.sh"))).out())
        .isEqualTo("agent packages exit=\n");
  }

  @Test
  void aStartTaskIsTriedAgainUntilItSucceeds() throws Exception {
    Ended ended =
        startTask("3", "sh", "-c", "echo x >>tries; echo problem >&2; [ $(wc -l <tries) -ge 3 ]");
    assertThat(ended.code()).isZero();
    assertThat(message().path("exitCode").asInt()).isZero();
    assertThat(message().path("retryCount").asInt()).isEqualTo(2);
    assertThat(dir.resolve("batch/startup/stderr.txt")).hasContent("problem\n");
  }

  @Test
  void aStartTaskThatKeepsFailingReportsItsLastWords() throws Exception {
    Ended ended =
        startTask("1", "sh", "-c", "echo 'bad \"luck\" \\ ü' >&2; echo second >&2; exit 9");
    assertThat(ended.code()).isEqualTo(9);
    assertThat(message().path("exitCode").asInt()).isEqualTo(9);
    assertThat(message().path("retryCount").asInt()).isEqualTo(1);
    assertThat(message().path("stderrTail").asText())
        .contains("bad \"luck\" \\")
        .contains("\nsecond");
  }

  @Test
  void aStartTaskThatCannotBeStartedIsNotTriedAgain() throws Exception {
    assertThat(startTask("-1", "no-such-program").code()).isEqualTo(127);
    assertThat(message().path("code").asText()).isEqualTo("CommandProgramNotFound");
    assertThat(message().path("retryCount").asInt()).isZero();
  }

  @Test
  void aStartTaskThatIsToldToEndDoesNotTryAgain() throws Exception {
    finish(start(dir.resolve("image/busybox"), dir.resolve("image/bin/packages.sh")));
    environment.put("POOLWRIGHT_MAX_RETRIES", "-1");
    Process process =
        start(
            dir.resolve("run/busybox"),
            dir.resolve("run/start-runner.sh"),
            "sh",
            "-c",
            "echo up; exec sleep 1000");
    await()
        .until(() ->
            Files.exists(dir.resolve("batch/startup/stdout.txt"))
                && Files.size(dir.resolve("batch/startup/stdout.txt")) > 0);
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
  }

  @Test
  void theNodeEndsAtOnceWhenTold() throws Exception {
    Process node = start(dir.resolve("image/busybox"), dir.resolve("image/bin/node.sh"));
    await().until(() -> node.descendants().findAny().isPresent());
    List<ProcessHandle> sleepers = node.descendants().toList();
    node.destroy();
    assertThat(node.waitFor(2, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).isZero();
    sleepers.forEach(ProcessHandle::destroyForcibly);
  }

  private Path task() {
    return dir.resolve("batch/workitems/job/job-1/task");
  }

  private static boolean gone(long process) {
    Optional<ProcessHandle> handle = ProcessHandle.of(process);
    return handle.isEmpty() || !handle.get().isAlive() || handle.get().info().command().isEmpty();
  }

  private static Path program(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private void launchFails(Path program, String part) throws Exception {
    assertThat(runStaged("./" + program.getFileName()).code()).isEqualTo(126);
    assertThat(message().path("code").asText()).isEqualTo("CommandLaunchFailed");
    assertThat(message().path("message").asText()).contains(part);
  }

  private Ended stageIn() throws Exception {
    return finish(start(dir.resolve("image/busybox"), dir.resolve("image/bin/stage-in.sh")));
  }

  private Ended run(String... command) throws Exception {
    assertThat(stageIn().code()).isZero();
    return runStaged(command);
  }

  private Ended runStaged(String... command) throws Exception {
    return finish(start(dir.resolve("run/busybox"), dir.resolve("run/runner.sh"), command));
  }

  private Ended startTask(String retries, String... command) throws Exception {
    finish(start(dir.resolve("image/busybox"), dir.resolve("image/bin/packages.sh")));
    environment.put("POOLWRIGHT_MAX_RETRIES", retries);
    return finish(start(dir.resolve("run/busybox"), dir.resolve("run/start-runner.sh"), command));
  }

  private Process start(Path busybox, Path script, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(busybox.toString(), "sh", script.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(Files.createTempFile(dir, "err", "").toFile());
    builder.redirectOutput(Files.createTempFile(dir, "out", "").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    redirects.put(process, builder);
    return process;
  }

  private final Map<Process, ProcessBuilder> redirects = new HashMap<>();

  private String text(Process process) throws IOException {
    return Files.readString(
        redirects.get(process).redirectOutput().file().toPath(), StandardCharsets.UTF_8);
  }

  private Ended finish(Process process) throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).withFailMessage("it did not end").isTrue();
    String err =
        Files.readString(
            redirects.get(process).redirectError().file().toPath(), StandardCharsets.UTF_8);
    return new Ended(process.exitValue(), text(process), err);
  }

  private JsonNode message() throws IOException {
    return new ObjectMapper().readTree(dir.resolve("log").toFile());
  }
}
