package io.poolwright.it;

import static java.io.OutputStream.nullOutputStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.poolwright.cluster.LiveCluster;
import io.poolwright.cluster.LiveJob;
import org.junit.jupiter.api.Test;

/** What the command-line tool finds of a job; no operator is needed for that. */
class LiveJobIT {
  private static final String JOB =
      """
      apiVersion: poolwright.io/v1alpha1
      kind: Job
      metadata: {name: render}
      spec:
        poolInfo: {poolId: p}
      """;

  private static void task(Space space, String name, String id) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Task
        metadata: {name: %s}
        spec: {jobId: render, %scommandLine: work}
        """
            .formatted(name, id.isEmpty() ? "" : "id: " + id + ", "));
  }

  private static String found(LiveJob job, String id) throws LiveJob.Unknown {
    return job.task(id).getMetadata().getName();
  }

  @Test
  void aTaskIsFoundByItsIdWhateverItsObjectIsCalled() throws Exception {
    try (Space space = new Space("ids")) {
      space.apply(JOB);
      task(space, "render-x", "seven");
      task(space, "plain", "");
      task(space, "render-short", "");
      try (LiveCluster cluster = LiveCluster.of(space.user().getConfiguration(), space.name())) {
        LiveJob job = cluster.job("render");

        assertThat(found(job, "seven")).isEqualTo("render-x");
        assertThat(found(job, "plain")).isEqualTo("plain");
        assertThat(found(job, "short")).isEqualTo("render-short");
        assertThatThrownBy(() ->
                job.files().tail(job.task("plain"), "stdout.txt", true, job, nullOutputStream()))
            .hasMessage("task plain has had no node yet; try again once it runs");
        assertThat(found(job, "render-short")).isEqualTo("render-short");
      }
    }
  }

  @Test
  void aTaskWhoseIdIsAnotherIsNotTakenForItsName() throws Exception {
    try (Space space = new Space("names")) {
      space.apply(JOB);
      task(space, "render-x", "y");
      task(space, "z", "x");
      task(space, "w", "v");
      try (LiveCluster cluster = LiveCluster.of(space.user().getConfiguration(), space.name())) {
        LiveJob job = cluster.job("render");

        assertThat(found(job, "x")).isEqualTo("z");
        assertThatThrownBy(() -> job.task("w"))
            .isInstanceOf(LiveJob.Unknown.class)
            .hasMessage("there is no task w in job render");
      }
    }
  }
}
