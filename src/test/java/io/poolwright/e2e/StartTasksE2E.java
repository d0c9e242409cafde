package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node has before it takes tasks, and what is said when it cannot have it. */
class StartTasksE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("start-tasks");

  @RegisterExtension static final Tenant lenient = new Tenant("start-tasks-lenient", "privileged");

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private Store store;

  @BeforeEach
  void link() throws Exception {
    store = Store.of(Store.Kind.MINIO, "start-tasks");
    tenant.storage(store.secret());
    lenient.storage(store.secret());
  }

  /** A pool of one small node, and a job of one task on it. */
  private static void apply(Tenant where, String name, String pool, String command) {
    where.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: %1$s}
        spec:
          targetDedicatedNodes: 1
        %2$s
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: %1$s}
        spec:
          poolInfo: {poolId: %1$s}
          tasks: [{id: t, command: [sh, -ec, '%3$s']}]
        """
            .formatted(name, pool.indent(2).stripTrailing(), command));
  }

  private static final String NODE =
      "node: {size: {cpu: 50m, memory: 64Mi}, image: \"busybox:1.36\"}\n";

  private String printed(Tenant where, String job) throws Exception {
    where.completedJob(job, PATIENCE);
    return store.text("poolwright/" + job + "/t/1/stdout.txt");
  }

  @Test
  void aStartTaskHasItsFilesAndItsRetries() throws Exception {
    store.put("setup/hello.sh", "echo hello from $1 >>greeting");
    store.put("setup/more/data.txt", "data\n");
    apply(
        tenant,
        "files",
        NODE
            + """
            startTask:
              command: [sh, -ec, './run.sh north; [ $(wc -l <greeting) -ge 2 ]']
              maxTaskRetryCount: -1
              resourceFiles:
                - {storageUrl: "s3:///setup/hello.sh", filePath: run.sh, fileMode: "0755"}
                - {httpUrl: "%s", filePath: web/data.txt}
                - {autoStorageContainerName: start-tasks, blobPrefix: setup/more/, filePath: all}
            """
                .formatted(store.presigned("setup/more/data.txt")),
        "cd $AZ_BATCH_NODE_STARTUP_WORKING_DIR; cat greeting web/data.txt all/setup/more/data.txt; "
            + "touch x 2>/dev/null || echo read-only; ls /poolwright");

    assertThat(printed(tenant, "files"))
        .isEqualTo("hello from north\n".repeat(2) + "data\ndata\nread-only\nrun\n");
  }

  @Test
  void aFileThatIsNotThereIsNamedAndTheNodeComesWhenItIs() throws Exception {
    apply(
        tenant,
        "late",
        NODE
            + """
            startTask:
              command: [cat, late.txt]
              resourceFiles: [{storageUrl: "s3:///late.txt"}]
            """,
        "cat $AZ_BATCH_NODE_STARTUP_DIR/stdout.txt");
    tenant.awaitPool("late", "StartTaskFilesFailed", PATIENCE);
    assertThat(Tenant.message(tenant.pool("late").statusOrNew().conditions()))
        .contains("spec.startTask.resourceFiles[0]", "BlobNotFound", "late.txt")
        .doesNotContain(Store.SECRET);

    store.put("late.txt", "better late\n");

    assertThat(printed(tenant, "late")).isEqualTo("better late\n");
  }

  @Test
  void aStartTaskThatIsNotWaitedForMayFail() throws Exception {
    apply(
        tenant,
        "beside",
        NODE
            + """
            startTask:
              command: [sh, -c, "echo never >ran"]
              waitForSuccess: false
              resourceFiles: [{storageUrl: "s3:///never.txt"}]
            """,
        "ls $AZ_BATCH_NODE_STARTUP_WORKING_DIR | wc -l");

    assertThat(printed(tenant, "beside").strip()).isEqualTo("0");
    assertThat(tenant.history().pool("beside"))
        .doesNotContain("Resizing StartTaskFilesFailed", "Resizing StartTaskFailed");
    tenant.await(
        "the start task's container says why it did not run",
        PATIENCE,
        () ->
            tenant.pods("node").stream()
                .filter(p -> p.getMetadata().getName().startsWith("beside"))
                .flatMap(p -> p.getStatus().getContainerStatuses().stream())
                .filter(c -> c.getName().equals("start-task"))
                .anyMatch(c -> c.getState().getTerminated().getMessage().contains("BlobNotFound")));
  }

  @Test
  void aStartTaskThatIsAdminIsRoot() throws Exception {
    apply(
        lenient,
        "admin",
        """
        node:
          size: {cpu: 50m, memory: 64Mi}
          image: "busybox:1.36"
          template: {securityContext: {runAsNonRoot: false, runAsUser: 1000}}
        startTask:
          command: [sh, -ec, "id -u >who; mkdir -p /opt/x; echo by root >$AZ_BATCH_NODE_SHARED_DIR/note"]
          userIdentity: {autoUser: {elevationLevel: Admin}}
        """,
        "cat $AZ_BATCH_NODE_STARTUP_WORKING_DIR/who; id -u; cd $AZ_BATCH_NODE_SHARED_DIR; "
            + "cat note; echo mine >>note; tail -n 1 note");

    assertThat(printed(lenient, "admin")).isEqualTo("0\n1000\nby root\nmine\n");
  }

  @Test
  void volumesOfTheUsersAreInTheStartTaskAndInTasks() throws Exception {
    tenant.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, labels: {of-the-story: ""}}
        spec:
          accessModes: [ReadWriteOnce]
          resources: {requests: {storage: 16Mi}}
        """);
    apply(
        tenant,
        "mounted",
        NODE
            + """
            mountConfiguration:
              - {relativeMountPath: data/rw, persistentVolumeClaim: {claimName: data}}
              - {relativeMountPath: ro, persistentVolumeClaim: {claimName: data, readOnly: true}}
            startTask: {command: [sh, -ec, "echo by the start task >$AZ_BATCH_NODE_MOUNTS_DIR/data/rw/note"]}
            """,
        "cd $AZ_BATCH_NODE_MOUNTS_DIR; pwd; cat ro/note; echo mine >>data/rw/note; tail -n 1 ro/note; "
            + "touch ro/x 2>/dev/null || echo read-only");

    assertThat(printed(tenant, "mounted"))
        .isEqualTo("/batch/fsmounts\nby the start task\nmine\nread-only\n");
  }

  /** All at once, since each of them is mostly waiting. */
  @Test
  void aNodeThatCannotHaveItsVolumesOrImagesSaysWhy() {
    pool(
        "no-claim",
        "mountConfiguration: [{relativeMountPath: a, persistentVolumeClaim: {claimName: none}}]");
    pool(
        "nfs",
        "mountConfiguration: [{relativeMountPath: a, nfs: {server: nfs.invalid, path: /a}}]");
    pool(
        "no-driver",
        "mountConfiguration: [{relativeMountPath: a, csi: {driver: none.example.org}}]");
    pool("no-image", "containerImageNames: [\"busybox:1.36\", \"registry.invalid/none:1\"]");

    says("no-claim", "NodesUnschedulable", "persistentvolumeclaim \"none\" not found");
    says("nfs", "PodSecurity", "restricted volume types", "nfs");
    says("no-image", "NodesNotStarting", "registry.invalid/none:1");
    says("no-driver", "NodesNotStarting", "FailedMount", "driver name none.example.org not found");
  }

  /** The machine has no NFS client, or nobody serves the path: it fails in either case. */
  @Test
  void aMountThatFailsIsToldInTheKubeletsWordsAndANodeMadeAfterTheChangeStarts() {
    pool(
        lenient,
        "nfs",
        "mountConfiguration: [{relativeMountPath: a, nfs: {server: 127.0.0.1, path: /none}}]");

    lenient.awaitPool("nfs", "NodesNotStarting", Duration.ofMinutes(1));
    assertThat(Tenant.message(lenient.pool("nfs").statusOrNew().conditions()))
        .contains("Node nfs-node-1: FailedMount: ", "mount", "127.0.0.1:/none", "delete the pod");

    pool(lenient, "nfs", "");
    lenient.client().pods().inNamespace(lenient.namespace()).withName("nfs-node-1").delete();
    lenient.awaitPool("nfs", "Steady", PATIENCE);
  }

  private static void pool(String name, String more) {
    pool(tenant, name, more);
  }

  private static void pool(Tenant where, String name, String more) {
    where.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: %s}
        spec:
          targetDedicatedNodes: 1
          node: {size: {cpu: 50m, memory: 64Mi}, image: "busybox:1.36"}
          %s
        """
            .formatted(name, more));
  }

  private static void says(String pool, String reason, String... words) {
    tenant.awaitPool(pool, reason, PATIENCE);
    assertThat(Tenant.message(tenant.pool(pool).statusOrNew().conditions())).contains(words);
  }

  @Test
  void imagesAreThereBeforeTheStartTask() throws Exception {
    apply(
        tenant,
        "prefetched",
        NODE
            + """
            containerImageNames: ["busybox:poolwright", "busybox:poolwright"]
            startTask: {command: ["true"]}
            """,
        "echo ran");

    assertThat(printed(tenant, "prefetched")).isEqualTo("ran\n");
    assertThat(tenant.pods("node"))
        .filteredOn(p -> p.getMetadata().getName().equals("prefetched-node-1"))
        .singleElement()
        .satisfies(p ->
            assertThat(p.getStatus().getInitContainerStatuses())
                .extracting(c -> c.getName() + " " + c.getState().getTerminated().getExitCode())
                .containsExactly("packages 0", "prefetch-0 0", "start-task 0"));
  }
}
