package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The files of tasks, read by the command-line tool through a real kubelet. */
class FilesE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("files");

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static void pool(String name, String directory) {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: %s}
        spec:
          targetDedicatedNodes: 1
          node:
            size: {cpu: 200m, memory: 128Mi}
            image: busybox:1.36
            directory: {kind: %s}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: %1$s}
        spec:
          poolInfo: {poolId: %1$s}
          tasks:
            - id: t
              command:
                - sh
                - -c
                - |
                  echo begin; mkdir sub; printf 'a\\0b' > sub/bytes
                  until [ -e go ]; do sleep 1; done; echo end
        """
            .formatted(name, directory));
  }

  private static String files(String verb, String job, String... more) {
    List<String> arguments = new ArrayList<>(List.of("files", verb, job, "t"));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--namespace", tenant.namespace()));
    return Cluster.get().tool(arguments.toArray(String[]::new));
  }

  private static void go(String job) {
    Program.run(
        "dev/cluster",
        "kubectl",
        "-n",
        tenant.namespace(),
        "exec",
        job + "-t-1",
        "-c",
        "task",
        "--",
        "touch",
        "/batch/workitems/" + job + "/job-1/" + job + "-t/wd/go");
  }

  private static void ranOnce(String task) {
    tenant.completed(task, PATIENCE);
    assertThat(tenant.history().task(task))
        .containsSubsequence("Active WaitingForSlot", "Running Running", "Completed Succeeded");
  }

  @Test
  void theyAreReadWhileATaskRunsAndWhenItIsOver() {
    pool("kept", "Volume");
    tenant.awaitTask("kept-t", PATIENCE, t -> Tenant.says(t.conditions(), "Running"));
    tenant.await("it has begun", PATIENCE, () -> files("ls", "kept").contains("wd/sub/bytes"));

    assertThat(files("ls", "kept"))
        .containsPattern("(?m)^3 \\d{4}-\\d\\d-\\d\\d [\\d:]+ wd/sub/bytes$");
    assertThat(files("get", "kept", "wd/sub/bytes")).isEqualTo("a\0b");
    assertThat(files("tail", "kept", "stdout.txt")).isEqualTo("begin\n");
    go("kept");
    assertThat(files("tail", "kept", "stdout.txt", "--follow")).startsWith("begin\n");
    tenant.completedJob("kept", PATIENCE);
    ranOnce("kept-t");
    assertThat(files("get", "kept", "stdout.txt")).isEqualTo("begin\nend\n");
    assertThatThrownBy(() -> files("get", "kept", "nothing")).hasMessageContaining("nothing");
    assertThatThrownBy(() -> files("get", "another", "nothing"))
        .hasMessageContaining("there is no job another");
  }

  @Test
  void withoutADirectoryOfTheNodeTheyAreThereForAsLongAsTheTaskRuns() {
    pool("fleeting", "None");
    tenant.awaitTask("fleeting-t", PATIENCE, t -> Tenant.says(t.conditions(), "Running"));
    tenant.await("it has begun", PATIENCE, () -> files("ls", "fleeting").contains("wd/sub/bytes"));

    assertThat(files("get", "fleeting", "stdout.txt")).isEqualTo("begin\n");
    go("fleeting");
    tenant.completedJob("fleeting", PATIENCE);
    ranOnce("fleeting-t");
    assertThatThrownBy(() -> files("ls", "fleeting"))
        .hasMessageContaining("the directory of task t is gone")
        .hasMessageContaining("poolwright/fleeting/t/1/");
  }
}
