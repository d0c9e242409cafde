package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the node removes directories of attempts that did not end in order. */
class RetentionScriptsTest extends ScriptContainer {
  private @Nullable Process node;
  private @Nullable Process runner;

  @BeforeEach
  void shortTimes() {
    environment.put("POOLWRIGHT_RETENTION_SECONDS", "0");
    environment.put("POOLWRIGHT_TIDY_SECONDS", "1");
    environment.put("POOLWRIGHT_LEAST_SECONDS", "0");
  }

  @AfterEach
  void stop() throws Exception {
    for (Process process : new Process[] {node, runner}) {
      if (process != null) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      }
    }
  }

  private void tidy() throws Exception {
    node = start(dir.resolve("image/busybox"), dir.resolve("image/bin/node.sh"));
  }

  @Test
  void aDirectoryWhoseFilesDidNotComeGoes() throws Exception {
    environment.put("POOLWRIGHT_RESOURCE_FILES", "[]");
    Files.writeString(dir.resolve("image/bin/agent.sh"), "exit 1");
    assertThat(stageIn().code()).isEqualTo(1);
    assertThat(task().resolve("wd")).isDirectory();
    tidy();
    await().until(() -> Files.notExists(task()));
  }

  @Test
  void aDirectoryWhoseRunnerWasKilledGoesAndNotBefore() throws Exception {
    environment.put("POOLWRIGHT_SIGN_SECONDS", "1");
    environment.put("POOLWRIGHT_LEAST_SECONDS", "5");
    stageIn();
    Path other = Files.move(task(), task().resolveSibling("other"));
    stageIn();
    runner = sleeping();
    tidy();
    // As old as this one, and nobody's.
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.notExists(other));
    assertThat(task().resolve("wd")).as("its command runs").isDirectory();
    runner.descendants().forEach(ProcessHandle::destroyForcibly);
    runner.destroyForcibly().waitFor();
    assertThat(task().resolve(".expires")).doesNotExist();
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.notExists(task()));
  }

  @Test
  void itIsKeptForItsRetentionTimeAndForADayAtLeast() throws Exception {
    environment.put("POOLWRIGHT_RETENTION_SECONDS", "864000");
    Path tenDays = abandoned("ten", 9);
    environment.put("POOLWRIGHT_RETENTION_SECONDS", "60");
    Path aMinute = abandoned("minute", 0);
    Path old = abandoned("old", 2);
    environment.remove("POOLWRIGHT_LEAST_SECONDS");
    tidy();
    await().until(() -> Files.notExists(old));
    assertThat(tenDays).isDirectory();
    assertThat(aMinute).isDirectory();
  }

  /** A directory that nobody has touched for so many days. */
  private Path abandoned(String name, int days) throws Exception {
    stageIn();
    Files.setLastModifiedTime(
        task().resolve(".retention"), FileTime.from(Instant.now().minus(Duration.ofDays(days))));
    return Files.move(task(), task().resolveSibling(name));
  }

  @Test
  void nothingIsLeftOfAJobWhoseLastDirectoryGoes() throws Exception {
    stageIn();
    // The second attempt leaves a place for what it could not remove.
    assertThat(run("true").code()).isZero();
    Path kept = Files.createDirectories(dir.resolve("batch/workitems/other/job-1/t"));
    tidy();
    await().until(() -> Files.notExists(dir.resolve("batch/workitems/job")));
    assertThat(kept).isDirectory();
    assertThat(dir.resolve("batch/workitems")).isDirectory();
    assertThat(run("true").code()).as("the job has a task there again").isZero();
  }

  @Test
  void aDirectoryStaysWhileItsFilesAreStored() throws Exception {
    environment.remove("POOLWRIGHT_LEAST_SECONDS");
    Path go = dir.resolve("go");
    Files.writeString(
        dir.resolve("image/bin/agent.sh"),
        "while [ ! -e '" + go + "' ]; do \"${0%/bin/*}/busybox\" usleep 50000; done; exit 7\n");
    // Of a task whose pod has a stage-out it is not the runner that says when.
    environment.remove("POOLWRIGHT_RETENTION_SECONDS");
    assertThat(run("true").code()).isZero();
    environment.put("POOLWRIGHT_RETENTION_SECONDS", "0");
    Process stageOut = start(dir.resolve("image/busybox"), dir.resolve("image/bin/stage-out.sh"));
    runner = stageOut;
    Path over = Files.createDirectory(task().resolveSibling("over"));
    Files.writeString(over.resolve(".expires"), "1\n");
    Files.createSymbolicLink(task().resolve(".expires"), dir.resolve("nowhere"));
    tidy();
    await().until(() -> Files.notExists(over));
    assertThat(task().resolve("stdout.txt")).as("it is stored just now").exists();
    Files.createFile(go);
    assertThat(stageOut.waitFor()).isEqualTo(7);
    await().until(() -> Files.notExists(task()));
    assertThat(dir.resolve("nowhere")).as("a link that the task put there").doesNotExist();
  }

  private Process sleeping() throws Exception {
    Process process =
        start(
            dir.resolve("run/busybox"),
            dir.resolve("run/runner.sh"),
            "sh",
            "-c",
            "echo up; exec sleep 1000");
    await()
        .until(() ->
            Files.exists(task().resolve("stdout.txt"))
                && Files.size(task().resolve("stdout.txt")) > 0);
    return process;
  }
}
