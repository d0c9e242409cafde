package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.task.TaskResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes are prepared for a job, by real kubelets and with real directories. */
class PreparationE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("preparation");

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static Store store;

  @BeforeAll
  static void start() throws Exception {
    store = Store.of(Store.Kind.MINIO, "preparation");
    store.put("in/words.txt", "one two three\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    tenant.storage(store.secret());
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: prepared}
        spec:
          targetDedicatedNodes: 1
          taskSlotsPerNode: 2
          node:
            size: {cpu: 200m, memory: 128Mi}
            image: busybox:1.36
        """);
  }

  @Test
  void aNodeIsPreparedOnceAndItsTasksFindWhatWasLeft() throws Exception {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: words}
        spec:
          poolInfo: {poolId: prepared}
          jobPreparationTask:
            command: [sh, -c, 'wc -w < words.txt > count; echo once >> "$AZ_BATCH_NODE_SHARED_DIR/words-prepared"; echo prepared']
            resourceFiles: [{storageUrl: "s3:///in/words.txt", filePath: words.txt}]
          jobReleaseTask:
            command: [sh, -c, 'rm -r "$AZ_BATCH_JOB_PREP_WORKING_DIR/count" && cat "$AZ_BATCH_NODE_SHARED_DIR/words-prepared"']
          tasks:
            - {id: a, command: [sh, -c, 'cat "$AZ_BATCH_JOB_PREP_WORKING_DIR/count"']}
            - {id: b, command: [sh, -c, 'cat "$AZ_BATCH_JOB_PREP_DIR/stdout.txt"']}
            - {id: c, command: [sh, -c, 'if touch "$AZ_BATCH_JOB_PREP_DIR/mine"; then exit 1; fi; echo "only to be read"']}
        """);

    Job job = tenant.completedJob("words", PATIENCE);

    assertThat(job.statusOrNew().taskCounts().succeeded()).isEqualTo(3);
    assertThat(store.text("poolwright/words/a/1/stdout.txt")).isEqualTo("3\n");
    assertThat(store.text("poolwright/words/b/1/stdout.txt")).isEqualTo("prepared\n");
    assertThat(store.text("poolwright/words/jobrelease/prepared-node-1/1/stdout.txt"))
        .isEqualTo("once\n");
    List<NodePreparation> nodes = job.statusOrNew().preparations();
    assertThat(nodes).hasSize(1);
    assertThat(nodes.getFirst().preparation().exitCode()).isZero();
    assertThat(nodes.getFirst().release()).isNotNull();
    assertThat(nodes.getFirst().release().result()).isEqualTo(TaskResult.SUCCESS);
    tenant.await("their pods are gone", PATIENCE, () -> tenant.pods("job-task").isEmpty());
    assertThat(tenant.history().job("words"))
        .containsSubsequence("Active Active", "Terminating Terminating", "Completed Succeeded");
    // Two of the three had a slot while it ran.
    assertThat(List.of("words-a", "words-b", "words-c"))
        .filteredOn(t -> tenant.history().task(t).contains("Active WaitingForPreparation"))
        .isNotEmpty()
        .allSatisfy(t -> {
          tenant.completed(t, PATIENCE);
          assertThat(tenant.history().task(t))
              .containsSubsequence(
                  "Active WaitingForPreparation", "Running Running", "Completed Succeeded");
        });
  }

  @Test
  void aPreparationThatFailsIsToldAndKeepsTheTasksFromTheNode() {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: hopeless}
        spec:
          poolInfo: {poolId: prepared}
          jobPreparationTask:
            command: [sh, -c, 'echo "no such data" >&2; exit 3']
            constraints: {maxTaskRetryCount: 1}
          tasks:
            - {id: a, command: [echo, never]}
        """);

    tenant.await(
        "it says so",
        PATIENCE,
        () ->
            tenant.job("hopeless").statusOrNew().conditions().stream()
                .anyMatch(c ->
                    c.reason().equals("PreparationFailed")
                        && String.valueOf(c.message()).contains("exit code 3")));
    NodePreparation node = tenant.job("hopeless").statusOrNew().preparations().getFirst();
    assertThat(node.preparation().retries()).isEqualTo(1);
    assertThat(tenant.task("hopeless-a").statusOrNew().attempts()).isZero();
    tenant.await(
        "job and task have said so",
        PATIENCE,
        () ->
            tenant.history().job("hopeless").contains("Active PreparationFailed")
                && tenant.history().task("hopeless-a").contains("Active PreparationFailed"));
    assertThat(tenant.history().task("hopeless-a"))
        .containsSubsequence("Active WaitingForSlot", "Active PreparationFailed")
        .doesNotContain("Running Running");
  }
}
