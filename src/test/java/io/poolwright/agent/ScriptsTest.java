package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The scripts of the stagers and of node pods. */
class ScriptsTest extends ScriptContainer {

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

  /** The node sweeps at any moment: here between the making of the place and its use. */
  @Test
  void stageInDoesNotMindThatTheNodeSweepsMeanwhile() throws Exception {
    for (String swept : List.of(".trash", "task")) {
      stageIn();
      Files.writeString(task().resolve("wd/left"), "x");
      Path real = Files.createDirectories(dir.resolve("real")).resolve("busybox");
      Files.copy(BUSYBOX.orElseThrow(), real, StandardCopyOption.REPLACE_EXISTING);
      Path once = Files.writeString(dir.resolve("once"), "");
      program(
          dir.resolve("image/busybox"),
          "#!%s sh\nif [ \"$1\" = mktemp ] && [ -e '%s' ]; then %s rm -r '%s' '%s'; fi\nexec %s \"$@\"\n"
              .formatted(real, once, real, once, task().resolveSibling(swept), real));
      assertThat(stageIn()).as(swept).isEqualTo(new Ended(0, "", ""));
      assertThat(once).doesNotExist();
      assertThat(task().resolve("wd")).isEmptyDirectory();
      Files.copy(real, dir.resolve("image/busybox"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Nodes without a directory that they share: the task has a volume of its own. */
  @Test
  void stageInMakesTheWholeTreeInAnEmptyVolume() throws Exception {
    Path volume = Files.createDirectory(dir.resolve("empty"));
    Path task = volume.resolve("workitems/j/job-1/t");
    environment.put("AZ_BATCH_NODE_ROOT_DIR", volume.toString());
    environment.put("AZ_BATCH_TASK_DIR", task.toString());
    environment.put("AZ_BATCH_TASK_WORKING_DIR", task.resolve("wd").toString());
    assertThat(stageIn()).isEqualTo(new Ended(0, "", ""));
    assertThat(task.resolve("wd")).isEmptyDirectory();
    for (String name : List.of("shared", "startup/wd", "applications")) {
      assertThat(volume.resolve(name)).isDirectory();
    }
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
    assertThat(java.time.Instant.parse(message().path("lastRetryTime").asText())).isNotNull();
    assertThat(message().path("stderrTail").asText())
        .contains("bad \"luck\" \\")
        .contains("\nsecond");
  }

  @Test
  void aStartTaskBeginsWithAnEmptyDirectoryAfterAReboot() throws Exception {
    assertThat(startTask("0", "sh", "-c", "[ ! -e left ] && echo x >left").code()).isZero();
    Files.writeString(dir.resolve("batch/shared/kept"), "still here");
    assertThat(startTask("0", "sh", "-c", "[ ! -e left ] && echo x >left").code()).isZero();
    assertThat(dir.resolve("batch/shared/kept")).hasContent("still here");
    assertThat(dir.resolve("batch/.trash")).isEmptyDirectory();
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
  void aNodeThatIsRebootedBeginsItsStartTaskInAnEmptyDirectory() throws Exception {
    Path shared = dir.resolve("batch/shared/kept");
    String command = "ls; mkdir sub; echo x >sub/x; echo y >>../../shared/kept";
    assertThat(startTask("0", "sh", "-c", command).out()).isEmpty();
    assertThat(dir.resolve("batch/startup/wd/sub/x")).exists();
    assertThat(startTask("0", "sh", "-c", command).out()).isEmpty();
    assertThat(shared).hasContent("y\ny");
  }

  /** What the agent does with files, and the message that it leaves. */
  private Ended startStageIn(int code) throws Exception {
    Files.writeString(
        dir.resolve("image/bin/agent.sh"),
        "umask; echo '{\"code\":\"BlobNotFound\"}' >\"$POOLWRIGHT_TERMINATION_LOG\"; exit " + code);
    return finish(start(dir.resolve("image/busybox"), dir.resolve("image/bin/start-stage-in.sh")));
  }

  @Test
  void aStartTaskWithoutItsFilesEndsTheNode() throws Exception {
    environment.put("POOLWRIGHT_WAIT_FOR_SUCCESS", "true");
    assertThat(startStageIn(1)).isEqualTo(new Ended(1, "0007\n", ""));
    assertThat(dir.resolve("run/not-staged")).doesNotExist();
    assertThat(startStageIn(0).code()).isZero();
  }

  @Test
  void aStartTaskThatIsNotWaitedForTellsItselfThatItsFilesAreNotThere() throws Exception {
    environment.put("POOLWRIGHT_WAIT_FOR_SUCCESS", "false");
    assertThat(startStageIn(1).code()).isZero();
    Ended ended = startTask("3", "sh", "-c", "echo ran >ran");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(message().path("code").asText()).isEqualTo("BlobNotFound");
    assertThat(ended.err()).contains("BlobNotFound");
    assertThat(dir.resolve("batch/startup/wd")).isEmptyDirectory();
  }

  @Test
  void stagersThatWereKilledAreNoExcuse() throws Exception {
    environment.put("POOLWRIGHT_WAIT_FOR_SUCCESS", "false");
    Files.writeString(dir.resolve("image/bin/agent.sh"), "kill -KILL $$");
    Ended ended =
        finish(start(dir.resolve("image/busybox"), dir.resolve("image/bin/start-stage-in.sh")));
    assertThat(ended.code()).isEqualTo(137);
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

  @Test
  void nodeRemovesTheDirectoryOfATaskWhoseRetentionIsOver() throws Exception {
    environment.put("POOLWRIGHT_RETENTION_SECONDS", "3600");
    run("true");
    Path kept = Files.move(task(), task().resolveSibling("kept"));
    environment.put("POOLWRIGHT_RETENTION_SECONDS", "0");
    run("sh", "-c", "printf %s \"$POOLWRIGHT_RETENTION_SECONDS\" >mine");
    assertThat(task().resolve("wd/mine")).hasContent("");
    environment.put("POOLWRIGHT_TIDY_SECONDS", "1");
    Process node = start(dir.resolve("image/busybox"), dir.resolve("image/bin/node.sh"));
    await().until(() -> Files.notExists(task()));
    assertThat(kept).exists();
    node.destroy();
    assertThat(node.waitFor(2, TimeUnit.SECONDS)).isTrue();
  }
}
