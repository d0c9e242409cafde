package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
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
    tenant.awaitPool("forged", "PackageFailed", PATIENCE);
    assertThat(tenant.history().pool("forged")).doesNotContain("Steady Steady");
  }

  /** Asks something of a node, as {@code kubectl annotate --overwrite} does. */
  private static void ask(String node, String request) {
    Program.run(
        "dev/cluster",
        "kubectl",
        "-n",
        tenant.namespace(),
        "annotate",
        "--overwrite",
        "pod",
        node,
        "poolwright.io/request=" + request);
  }

  private static String uid(String node) {
    Pod pod = tenant.client().pods().inNamespace(tenant.namespace()).withName(node).get();
    return pod == null ? "" : pod.getMetadata().getUid();
  }

  private static void awaitAnew(String node, String before) {
    tenant.await(
        node + " is back",
        PATIENCE,
        () ->
            !uid(node).isEmpty()
                && !uid(node).equals(before)
                && tenant.pool("verbs").statusOrNew().restarting().isEmpty()
                && Tenant.says(tenant.pool("verbs").statusOrNew().conditions(), "Steady"));
  }

  private static final String LOOK =
      "cat \"$AZ_BATCH_NODE_SHARED_DIR/boots\"; sort -u \"$AZ_BATCH_NODE_MOUNTS_DIR/data/mine/nodes\"";

  /** What a task on the one node that takes tasks finds there. */
  private static String look(Store store, String job) throws Exception {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: %s}
        spec:
          poolInfo: {poolId: verbs}
          tasks: [{id: look, command: [sh, -c, '%s']}]
        """
            .formatted(job, LOOK));
    tenant.completedJob(job, PATIENCE);
    assertThat(tenant.task(job + "-look").statusOrNew().nodeInfo().nodeId())
        .as("the other one is disabled")
        .isEqualTo("verbs-node-2");
    return store.text("poolwright/" + job + "/look/1/stdout.txt");
  }

  @Test
  void aNodeIsDisabledRebootedReimagedAndEnabled() throws Exception {
    Store store = Store.of(Store.Kind.MINIO, "nodes-verbs");
    store.put("greeting", "booted\n");
    tenant.storage(store.secret());
    tenant.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: mine}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 64Mi}}}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: verbs}
        spec:
          targetDedicatedNodes: 2
          node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
          containerImageNames: ["busybox:1.36"]
          mountConfiguration: [{relativeMountPath: data/mine, persistentVolumeClaim: {claimName: mine}}]
          startTask:
            resourceFiles: [{storageUrl: "s3:///greeting", filePath: in/greeting}]
            userIdentity: {autoUser: {elevationLevel: NonAdmin}}
            command:
              - sh
              - -ec
              - |
                [ ! -e left ]
                touch left
                cat in/greeting >>"$AZ_BATCH_NODE_SHARED_DIR/boots"
                echo "$AZ_BATCH_NODE_ID" >>"$AZ_BATCH_NODE_MOUNTS_DIR/data/mine/nodes"
        """);
    tenant.awaitPool("verbs", "Steady", PATIENCE);
    String nodes = "verbs-node-1\nverbs-node-2\n";

    ask("verbs-node-1", "DisableScheduling");
    tenant.await(
        "it is shown as Offline",
        PATIENCE,
        () ->
            Program.run(
                    "dev/cluster",
                    "kubectl",
                    "-n",
                    tenant.namespace(),
                    "get",
                    "pods",
                    "-l",
                    "poolwright.io/state=Offline",
                    "-o",
                    "name")
                .contains("pod/verbs-node-1"));
    assertThat(look(store, "first")).isEqualTo("booted\n" + nodes);

    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: ends-first}
        spec:
          poolInfo: {poolId: verbs}
          tasks: [{id: a, command: [sleep, "6"]}]
        """);
    tenant.await("a task runs", PATIENCE, () -> running("ends-first-a"));
    String before = uid("verbs-node-2");
    ask("verbs-node-2", "Reboot:TaskCompletion");
    awaitAnew("verbs-node-2", before);
    tenant.completedJob("ends-first", PATIENCE);
    assertThat(tenant.task("ends-first-a").statusOrNew().attempts()).isEqualTo(1);
    assertThat(look(store, "second"))
        .as("its directory was kept")
        .isEqualTo("booted\nbooted\n" + nodes);

    before = uid("verbs-node-2");
    ask("verbs-node-2", "reimage");
    awaitAnew("verbs-node-2", before);
    assertThat(look(store, "third")).as("its directory is new").isEqualTo("booted\n" + nodes);

    ask("verbs-node-1", "EnableScheduling");
    tenant.await(
        "both take tasks", PATIENCE, () -> tenant.pool("verbs").statusOrNew().readyNodes() == 2);
    assertThat(tenant.pool("verbs").statusOrNew().lastNode()).isEqualTo(2);
    tenant
        .client()
        .persistentVolumeClaims()
        .inNamespace(tenant.namespace())
        .withName("mine")
        .delete();
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
