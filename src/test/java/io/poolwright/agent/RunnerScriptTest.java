package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The runner, which every command is started by. */
class RunnerScriptTest extends ScriptContainer {

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

  /**
   * A shell gives a variable that it was given back to what it runs, with what was assigned since.
   */
  @Test
  void noScriptThatRunsACommandAssignsAVariableThatMayBeTheUsers() throws Exception {
    Pattern assigned = Pattern.compile("(?:^|[\\s;(&{|'])([A-Za-z_][A-Za-z0-9_]*)=(?!=)");
    for (String script :
        List.of("runner.sh", "report.sh", "program.sh", "gang.sh", "start-runner.sh")) {
      List<String> lines = Files.readAllLines(Path.of("src/main/image", script));
      List<String> names =
          lines.stream()
              .filter(l -> !l.startsWith("#") && !l.contains("-lt 100"))
              .flatMap(l -> assigned.matcher(l).results().map(m -> m.group(1)))
              .toList();
      assertThat(names)
          .as(script)
          .isNotEmpty()
          .allMatch(n -> n.matches("pw_.*|POOLWRIGHT_.*|AZ_BATCH_.*|CCP_NODES"));
    }
  }

  @Test
  void theUsersVariablesKeepTheirValuesWhateverTheirNames() throws Exception {
    List<String> names =
        List.of("RUN", "LOG", "DIR", "BB", "name", "out", "err", "child", "found", "code", "file");
    names.forEach(n -> environment.put(n, "of the user"));

    Ended ended = run("sh", "-c", "tr '\\0' '\\n' </proc/$$/environ");

    assertThat(ended.out().lines())
        .containsAll(names.stream().map(n -> n + "=of the user").toList());
  }

  @Test
  void theCommandStartsWhereTheImageSaysIfItIsToldSo() throws Exception {
    startsIn = Files.createDirectories(dir.resolve("app"));
    program(startsIn.resolve("mine"), "#!/bin/sh\npwd; echo $AZ_BATCH_TASK_WORKING_DIR; set\n");
    environment.put("POOLWRIGHT_STARTS_IN", "container");
    Ended ended = run("./mine");
    assertThat(ended.out())
        .startsWith(startsIn.toRealPath() + "\n" + task().resolve("wd") + "\n")
        .doesNotContain("POOLWRIGHT_STARTS_IN");
    assertThat(ended.code()).isZero();
    assertThat(task().resolve("stdout.txt")).hasContent(ended.out());
  }

  @Test
  void theTokenIsReadFromItsFile() throws Exception {
    Path token = Files.writeString(dir.resolve("token"), "abc.def-_x");
    environment.put("POOLWRIGHT_TOKEN_FILE", token.toString());
    assertThat(run("sh", "-c", "echo $AZ_BATCH_AUTHENTICATION_TOKEN ${POOLWRIGHT_TOKEN_FILE-none}"))
        .isEqualTo(new Ended(0, "abc.def-_x none\n", ""));
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
    assertThat(message().path("exitCode").asInt()).as("its own code").isEqualTo(5);
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
    assertThat(message().path("message").asText())
        .contains("Reimage the node", "node.directory.size");
    assertThat(message().path("phase").asText()).as("the command ran").isEqualTo("Command");
  }
}
