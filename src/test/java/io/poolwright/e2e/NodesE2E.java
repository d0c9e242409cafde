package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.pool.NodeStatus;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes prepare themselves, come and go; work on them is not lost. */
class NodesE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("nodes");

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static byte[] zip(String name, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  @Test
  void aNodeHasItsPackagesAndItsStartTaskBehindItBeforeItTakesTasks() throws Exception {
    Store store = Store.of(Store.Kind.MINIO, "nodes");
    byte[] archive = zip("bin/words.txt", "from the package\n");
    store.put("apps/words-1.0.zip", archive);
    tenant.storage(store.secret());
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: ApplicationPackage
        metadata: {name: words}
        spec:
          versions: [{version: "1.0", storageUrl: "s3:///apps/words-1.0.zip", sha256: %s}]
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: ApplicationPackage
        metadata: {name: forged}
        spec:
          defaultVersion: "1"
          versions: [{version: "1", storageUrl: "s3:///apps/words-1.0.zip", sha256: %s}]
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: prepared}
        spec:
          targetDedicatedNodes: 1
          node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
          applicationPackageReferences: [{applicationId: words, version: "1.0"}]
          startTask:
            maxTaskRetryCount: 2
            command:
              - sh
              - -c
              - |
                cat "$AZ_BATCH_APP_PACKAGE_words_1_0/bin/words.txt" >>prepared
                echo "again" >&2
                [ $(wc -l <prepared) -ge 2 ]
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: forged}
        spec:
          targetDedicatedNodes: 1
          node: {size: {cpu: 50m, memory: 64Mi}}
          applicationPackageReferences: [{applicationId: forged}]
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: unprepared}
        spec:
          targetDedicatedNodes: 1
          node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36", directory: {kind: None}}
          startTask: {command: [sh, -c, 'echo "no licence server" >&2; exit 3']}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: uses}
        spec:
          poolInfo: {poolId: prepared}
          tasks:
            - id: both
              command: [sh, -ec, 'cat "$AZ_BATCH_APP_PACKAGE_WORDS_1_0/bin/words.txt" "$AZ_BATCH_NODE_STARTUP_DIR/wd/prepared"']
        """
            .formatted(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive)),
                "0".repeat(64)));

    tenant.completedJob("uses", PATIENCE);

    assertThat(store.text("poolwright/uses/both/1/stdout.txt"))
        .isEqualTo("from the package\n".repeat(3));
    assertThat(tenant.history().pool("prepared"))
        .containsSubsequence("Resizing Resizing", "Steady Steady")
        .doesNotContain("Resizing StartTaskFailed");
    tenant.awaitPool("unprepared", "StartTaskFailed", PATIENCE);
    assertThat(Tenant.message(tenant.pool("unprepared").statusOrNew().conditions()))
        .contains("exit code 3", "no licence server");
    assertThat(tenant.history().pool("unprepared")).doesNotContain("Steady Steady");
    tenant.awaitPool("forged", "PackageNotActive", PATIENCE);
    assertThat(tenant.history().pool("forged")).doesNotContain("Steady Steady");
  }

  /** Two pools at once: one keeps what its node has written, the other does not. */
  @Test
  void aRebootedNodeKeepsItsDirectoryAndAReimagedOneDoesNot() {
    tenant.storage(Store.of(Store.Kind.MINIO, "nodes-anew").secret());
    for (String verb : List.of("Reboot", "Reimage")) {
      tenant.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: %1$s}
          spec:
            targetDedicatedNodes: 1
            node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
            startTask: {command: [sh, -ec, '[ ! -e left ]; touch left; echo started >>"$AZ_BATCH_NODE_SHARED_DIR/starts"']}
          ---
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: %1$s}
          spec:
            poolInfo: {poolId: %1$s}
            tasks: [{id: a, command: [sh, -c, 'n=$(wc -l <"$AZ_BATCH_NODE_SHARED_DIR/starts"); [ "$AZ_BATCH_TASK_WORKING_DIR" ] && [ $n = %2$d ] || sleep 600']}]
          """
              .formatted(verb.toLowerCase(java.util.Locale.ROOT), verb.equals("Reboot") ? 2 : 3));
    }
    tenant.await("tasks run", PATIENCE, () -> running("reboot-a") && running("reimage-a"));
    String first = uid("reboot-node-1");
    String other = uid("reimage-node-1");

    annotate("reboot-node-1", "Reboot");
    annotate("reimage-node-1", "Reimage:Terminate");

    // Its second run sees that the start task ran twice in the same directory.
    tenant.completedJob("reboot", PATIENCE);
    assertThat(tenant.task("reboot-a").statusOrNew().attempts()).isEqualTo(2);
    assertThat(tenant.task("reboot-a").statusOrNew().execution().retryCount()).isNull();
    assertThat(uid("reboot-node-1")).isNotEqualTo(first);
    tenant.completedJob("reimage", PATIENCE);
    assertThat(tenant.task("reimage-a").statusOrNew().execution().failureInfo().code())
        .isEqualTo("TaskEnded");
    tenant.await("another pod of its name", PATIENCE, () -> !uid("reimage-node-1").equals(other));
    tenant.awaitPool("reimage", "Steady", PATIENCE);
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: reimaged}
        spec:
          poolInfo: {poolId: reimage}
          tasks: [{id: a, command: [sh, -c, '[ $(wc -l <"$AZ_BATCH_NODE_SHARED_DIR/starts") = 1 ]']}]
        """);
    tenant.completedJob("reimaged", PATIENCE);
    assertThat(tenant.history().job("reimaged").getLast()).isEqualTo("Completed Succeeded");

    NodeStatus shown = tenant.pool("reimage").statusOrNew().nodes().getFirst();
    assertThat(shown.id()).isEqualTo("reimage-node-1");
    assertThat(shown.startTaskInfo().result()).isEqualTo(TaskResult.SUCCESS);
    tenant.await(
        "both tasks that ended there count",
        PATIENCE,
        () ->
            Integer.valueOf(2)
                .equals(tenant.pool("reimage").statusOrNew().nodes().getFirst().totalTasksRun()));
    assertThat(nodesThatShow("Running")).contains("pod/reimage-node-1");
    annotate("reimage-node-1", "DisableScheduling");
    tenant.await(
        "it is offline",
        PATIENCE,
        () -> tenant.pool("reimage").statusOrNew().nodeCounts().containsKey("Offline"));
    tenant.await(
        "it shows so", PATIENCE, () -> nodesThatShow("Offline").contains("pod/reimage-node-1"));
    annotate("reimage-node-1", "EnableScheduling");
    tenant.await(
        "it takes tasks again",
        PATIENCE,
        () -> tenant.pool("reimage").statusOrNew().readyNodes() == 1);
  }

  private static String uid(String pod) {
    var found = tenant.client().pods().inNamespace(tenant.namespace()).withName(pod).get();
    return found == null ? "" : found.getMetadata().getUid();
  }

  private static List<String> nodesThatShow(String state) {
    return Program.run(
            "dev/cluster",
            "kubectl",
            "-n",
            tenant.namespace(),
            "get",
            "pods",
            "-l",
            "poolwright.io/state=" + state,
            "-o",
            "name")
        .lines()
        .toList();
  }

  private static void annotate(String pod, String request) {
    Program.run(
        "dev/cluster",
        "kubectl",
        "-n",
        tenant.namespace(),
        "annotate",
        "--overwrite",
        "pod",
        pod,
        "poolwright.io/request=" + request);
  }

  /** All at once, since each of them is mostly waiting. */
  @Test
  void podsThatAreDeletedByHandAndNodesThatLeaveLoseNoTask() {
    tenant.storage(Store.of(Store.Kind.MINIO, "nodes-lost").secret());
    for (String pool : List.of("shrinks", "task-lost", "node-lost")) {
      tenant.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Pool
          metadata: {name: %1$s}
          spec:
            targetDedicatedNodes: %2$d
            node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
          ---
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: %1$s}
          spec:
            poolInfo: {poolId: %1$s}
            tasks: [{id: a, command: [sleep, "12"]}, {id: b, command: [sleep, "12"]}]
          """
              .formatted(pool, pool.equals("shrinks") ? 2 : 1));
    }
    tenant.await(
        "tasks run",
        PATIENCE,
        () ->
            running("shrinks-a")
                && running("shrinks-b")
                && running("task-lost-a")
                && running("node-lost-a"));
    Program.run(
        "dev/cluster",
        "kubectl",
        "-n",
        tenant.namespace(),
        "scale",
        "bpool/shrinks",
        "--replicas=0");
    tenant
        .client()
        .pods()
        .inNamespace(tenant.namespace())
        .withName(tenant.task("task-lost-a").statusOrNew().attempt().podName())
        .delete();
    tenant
        .client()
        .pods()
        .inNamespace(tenant.namespace())
        .withName(tenant.task("node-lost-a").statusOrNew().nodeInfo().nodeId())
        .delete();

    for (String job : List.of("shrinks", "task-lost", "node-lost")) {
      tenant.completedJob(job, PATIENCE);
      assertThat(tenant.history().job(job).getLast()).isEqualTo("Completed Succeeded");
      for (String task : List.of("-a", "-b")) {
        assertThat(tenant.task(job + task).statusOrNew().execution().result())
            .isEqualTo(TaskResult.SUCCESS);
        assertThat(tenant.task(job + task).statusOrNew().execution().retryCount())
            .as("no fault of the task's")
            .isNull();
      }
    }
    assertThat(tenant.task("shrinks-a").statusOrNew().attempts()).isEqualTo(1);
    assertThat(tenant.task("shrinks-b").statusOrNew().attempts()).isEqualTo(1);
    TaskStatus lost = tenant.task("task-lost-a").statusOrNew();
    assertThat(lost.attempts()).isEqualTo(2);
    assertThat(lost.attempt().disruptions()).isEqualTo(1);
    assertThat(tenant.history().task("task-lost-a"))
        .containsSubsequence(
            "Running Running", "Active Disrupted", "Running Running", "Completed Succeeded");
    assertThat(tenant.task("node-lost-b").statusOrNew().nodeInfo().nodeId())
        .as("another node took the place")
        .isEqualTo("node-lost-node-2");
    tenant.await(
        "the pool has no nodes",
        PATIENCE,
        () -> tenant.pool("shrinks").statusOrNew().currentDedicatedNodes() == 0);
    assertThat(tenant.history().pool("shrinks"))
        .containsSubsequence("Steady Steady", "Resizing Resizing", "Steady Steady");
  }

  /** The command, not only the attempt: the pod's phase says so. */
  private static boolean running(String task) {
    TaskStatus status = tenant.task(task).statusOrNew();
    return status.stateOrActive() == TaskState.RUNNING
        && "Running"
            .equals(
                tenant
                    .client()
                    .pods()
                    .inNamespace(tenant.namespace())
                    .withName(status.attempt().podName())
                    .get()
                    .getStatus()
                    .getPhase());
  }
}
