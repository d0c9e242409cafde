package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The directory of a job's preparation on a node. */
class PreparationScriptsTest extends ScriptContainer {

  @Test
  void aPreparationBeginsInAnEmptyDirectory() throws Exception {
    environment.put("POOLWRIGHT_PREPARATION", "anew");
    assertThat(stageIn()).isEqualTo(new Ended(0, "", ""));
    Files.writeString(task().resolve("wd/left"), "x");

    assertThat(stageIn().code()).isZero();

    assertThat(task().resolve("wd")).isEmptyDirectory();
    assertThat(task().resolve(".preparation")).exists();
  }

  @Test
  void onePreparationThatNobodyWaitsForTakesNothingFromTasksThatRun() throws Exception {
    environment.put("POOLWRIGHT_PREPARATION", "keep");
    assertThat(stageIn().code()).isZero();
    Files.writeString(task().resolve("wd/left"), "x");

    assertThat(stageIn().code()).isZero();

    assertThat(task().resolve("wd/left")).exists();
  }

  @Test
  void aTaskFindsTheDirectoryThere() throws Exception {
    Path prepared = task().resolveSibling("jobpreparation");
    environment.put("AZ_BATCH_JOB_PREP_DIR", prepared.toString());
    environment.put("AZ_BATCH_JOB_PREP_WORKING_DIR", prepared.resolve("wd").toString());

    assertThat(stageIn()).isEqualTo(new Ended(0, "", ""));

    assertThat(prepared.resolve("wd")).isEmptyDirectory();
    Files.writeString(prepared.resolve("wd/data"), "x");
    assertThat(stageIn().code()).isZero();
    assertThat(prepared.resolve("wd/data")).exists();
  }

  @Test
  void whatWasPreparedStaysAsLongAsAnyTasksDirectoryDoes() throws Exception {
    Path job = Files.createDirectories(dir.resolve("batch/workitems/j/job-1"));
    Path prepared = Files.createDirectory(job.resolve("jobpreparation"));
    Files.createFile(prepared.resolve(".preparation"));
    Files.writeString(prepared.resolve(".expires"), "1\n");
    Path running = Files.createDirectory(job.resolve("j-a"));
    Path old = Files.createDirectory(job.resolve("j-b"));
    Files.writeString(old.resolve(".expires"), "1\n");
    environment.put("POOLWRIGHT_TIDY_SECONDS", "0.1");
    Process node = start(dir.resolve("image/busybox"), dir.resolve("image/bin/node.sh"));
    try {
      await().until(() -> !Files.exists(old));
      assertThat(prepared).exists();
      Files.delete(running);
      await().until(() -> !Files.exists(prepared));
    } finally {
      node.destroy();
    }
  }
}
