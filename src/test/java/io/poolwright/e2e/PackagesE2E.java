package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageStatus.State;
import io.poolwright.api.apppackage.ApplicationPackageStatus.VersionStatus;
import io.poolwright.api.task.TaskStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Packages that come late, that two tasks want at once, that are no packages, that are images. */
class PackagesE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("packages");

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static Store store;

  @BeforeAll
  static void start() {
    store = Store.of(Store.Kind.MINIO, "packages");
    tenant.storage(store.secret());
  }

  private static byte[] zip(Map<String, String> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private static VersionStatus awaitVersion(
      String name, String version, Predicate<VersionStatus> reached) {
    tenant.await(
        "version " + version + " of " + name,
        PATIENCE,
        () -> found(name).statusOrNew().version(version).filter(reached).isPresent());
    return found(name).statusOrNew().version(version).orElseThrow();
  }

  private static ApplicationPackage found(String name) {
    ApplicationPackage found =
        tenant
            .client()
            .resources(ApplicationPackage.class)
            .inNamespace(tenant.namespace())
            .withName(name)
            .get();
    if (found == null) {
      throw new IllegalStateException(name + " does not exist");
    }
    return found;
  }

  @Test
  void aPoolWaitsForAPackageThatAppearsLateAndThenRuns() throws Exception {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: ApplicationPackage
        metadata: {name: late}
        spec:
          defaultVersion: "1.0"
          versions: [{version: "1.0", storageUrl: "s3:///late.zip"}]
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: late}
        spec:
          targetDedicatedNodes: 1
          node: {size: {cpu: 100m, memory: 64Mi}, image: "busybox:1.36"}
          startTask: {command: [sh, -c, 'cp $AZ_BATCH_APP_PACKAGE_late/greeting $AZ_BATCH_NODE_SHARED_DIR/']}
          applicationPackageReferences: [{applicationId: late}]
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: late}
        spec:
          poolInfo: {poolId: late}
          tasks:
            - id: a
              command: [sh, -ec, 'sh $AZ_BATCH_APP_PACKAGE_LATE_1_0/bin/run; cat $AZ_BATCH_NODE_SHARED_DIR/greeting; touch $AZ_BATCH_APP_PACKAGE_late/x 2>/dev/null || echo read-only']
        """);
    tenant.await(
        "the pool says what it waits for",
        PATIENCE,
        () ->
            Tenant.message(tenant.pool("late").statusOrNew().conditions())
                .contains("BlobNotFound"));
    assertThat(Tenant.message(tenant.pool("late").statusOrNew().conditions()))
        .contains("spec.applicationPackageReferences[0]", "late version 1.0", "late.zip");
    assertThat(Tenant.says(tenant.pool("late").statusOrNew().conditions(), "PackageNotActive"))
        .isTrue();
    assertThat(tenant.pods("node"))
        .filteredOn(p -> p.getMetadata().getLabels().get("poolwright.io/pool").equals("late"))
        .isEmpty();

    byte[] archive = zip(Map.of("bin/run", "echo ran\n", "greeting", "hello\n"));
    store.put("late.zip", archive);

    TaskStatus task = tenant.completed("late-a", PATIENCE);
    assertThat(task.execution().failureInfo()).isNull();
    assertThat(store.text("poolwright/late/a/1/stdout.txt")).isEqualTo("ran\nhello\nread-only\n");
    VersionStatus version = awaitVersion("late", "1.0", v -> v.state() == State.ACTIVE);
    assertThat(version.sizeBytes()).isEqualTo(archive.length);
    assertThat(version.entries()).isEqualTo(2);
    tenant.await("no check is left", PATIENCE, () -> tenant.pods("check").isEmpty());
  }

  @Test
  void twoTasksThatWantAPackageAtOnceShareIt() throws Exception {
    store.put("shared.zip", zip(Map.of("data", "x".repeat(4 << 20), "run", "echo run\n")));
    String task =
        """
            - id: %s
              command: [sh, -ec, 'stat -c %%i $AZ_BATCH_APP_PACKAGE_shared/run; ls -A $AZ_BATCH_APP_PACKAGE_shared/..']
              applicationPackageReferences: [{applicationId: shared}]
        """;
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: ApplicationPackage
        metadata: {name: shared}
        spec:
          defaultVersion: "2"
          versions: [{version: "2", storageUrl: "s3:///shared.zip"}]
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: shared}
        spec:
          targetDedicatedNodes: 1
          taskSlotsPerNode: 3
          node: {size: {cpu: 300m, memory: 192Mi}, image: "busybox:1.36"}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: shared}
        spec:
          poolInfo: {poolId: shared}
          tasks:
        """
            + task.formatted("a")
            + task.formatted("b")
            + task.formatted("c"));
    for (String id : List.of("a", "b", "c")) {
      assertThat(tenant.completed("shared-" + id, PATIENCE).execution().failureInfo()).isNull();
    }
    String first = store.text("poolwright/shared/a/1/stdout.txt");
    VersionStatus version = awaitVersion("shared", "2", v -> v.state() == State.ACTIVE);
    String directory = "2-" + String.valueOf(version.digest()).substring(0, 16);
    assertThat(first.lines().skip(1))
        .as("nothing half unpacked is beside it")
        .containsExactlyInAnyOrder(directory, ".lock-" + directory);
    assertThat(store.text("poolwright/shared/b/1/stdout.txt")).isEqualTo(first);
    assertThat(store.text("poolwright/shared/c/1/stdout.txt")).isEqualTo(first);
  }

  @Test
  void anArchiveThatIsHostileIsNamedAndNothingUsesIt() throws Exception {
    store.put("evil.zip", zip(Map.of("../../shared/evil", "x")));
    store.put("changed.zip", zip(Map.of("run", "echo as it was\n")));
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: ApplicationPackage
        metadata: {name: evil}
        spec:
          versions:
            - {version: "1", storageUrl: "s3:///evil.zip"}
            - {version: "2", storageUrl: "s3:///changed.zip"}
            - {version: "3", storageUrl: "s3:///changed.zip", sha256: %s}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: evil}
        spec:
          targetDedicatedNodes: 1
          node: {size: {cpu: 100m, memory: 64Mi}, image: "busybox:1.36"}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: evil}
        spec:
          poolInfo: {poolId: evil}
          onAllTasksComplete: NoAction
          tasks:
            - {id: never, command: ["true"], applicationPackageReferences: [{applicationId: evil, version: "1"}]}
        """
            .formatted("0a".repeat(32)));
    VersionStatus evil = awaitVersion("evil", "1", v -> v.state() == State.FAILED);
    assertThat(evil.reason()).isEqualTo("ApplicationPackageError");
    assertThat(evil.message()).contains("\"../../shared/evil\" leads out of the package");
    assertThat(awaitVersion("evil", "3", v -> v.state() == State.FAILED).message())
        .contains("sha256");
    awaitVersion("evil", "2", v -> v.state() == State.ACTIVE);
    tenant.awaitTask("evil-never", PATIENCE, s -> Tenant.says(s.conditions(), "PackageNotActive"));
    assertThat(Tenant.message(tenant.task("evil-never").statusOrNew().conditions()))
        .contains("spec.applicationPackageReferences[0]", "evil version 1", "leads out");
    assertThat(tenant.history().task("evil-never")).doesNotContain("Running Running");

    // Replaced behind our back: what was checked is what is used.
    store.put("changed.zip", zip(Map.of("run", "echo something else\n")));
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Task
        metadata: {name: replaced}
        spec: {jobId: evil, command: ["true"], applicationPackageReferences: [{applicationId: evil, version: "2"}]}
        """);
    TaskStatus replaced = tenant.completed("replaced", PATIENCE);
    assertThat(replaced.execution().failureInfo()).isNotNull();
    assertThat(replaced.execution().failureInfo().code()).isEqualTo("ApplicationPackageError");
    assertThat(replaced.execution().failureInfo().message())
        .contains("changed since it was checked");
  }

  @Test
  void anImageIsAPackageThatTasksReadAndCannotWriteTo() throws Exception {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: ApplicationPackage
        metadata: {name: image}
        spec:
          versions:
            - {version: "1", image: "busybox:1.36"}
            - {version: "2", image: "registry.invalid/none:2"}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: image}
        spec:
          targetDedicatedNodes: 1
          node: {size: {cpu: 100m, memory: 64Mi}, image: "busybox:1.36"}
          applicationPackageReferences: [{applicationId: image, version: "1"}]
          startTask: {command: [sh, -ec, '$AZ_BATCH_APP_PACKAGE_image_1/bin/busybox echo from the start task > $AZ_BATCH_NODE_SHARED_DIR/said']}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: image}
        spec:
          poolInfo: {poolId: image}
          onAllTasksComplete: NoAction
          tasks:
            - id: a
              command:
                - sh
                - -ec
                - |
                  cat $AZ_BATCH_NODE_SHARED_DIR/said
                  $AZ_BATCH_APP_PACKAGE_image_1/bin/busybox echo from the task
                  grep nobody $AZ_BATCH_APP_PACKAGE_image_1/etc/passwd
                  touch $AZ_BATCH_APP_PACKAGE_image_1/tmp/x 2>&1 || ls $AZ_BATCH_APP_PACKAGE_image_1/tmp
              applicationPackageReferences: [{applicationId: image, version: "1"}]
            - id: never
              command: ["true"]
              applicationPackageReferences: [{applicationId: image, version: "2"}]
        """);
    awaitVersion("image", "1", v -> v.state() == State.ACTIVE);
    assertThat(tenant.completed("image-a", PATIENCE).execution().failureInfo()).isNull();
    assertThat(store.text("poolwright/image/a/1/stdout.txt").lines())
        .satisfiesExactly(
            l -> assertThat(l).isEqualTo("from the start task"),
            l -> assertThat(l).isEqualTo("from the task"),
            l -> assertThat(l).startsWith("nobody:"),
            l -> assertThat(l).endsWith("Read-only file system"));

    VersionStatus none = awaitVersion("image", "2", v -> v.failures() != null && v.failures() > 0);
    assertThat(none.state()).isEqualTo(State.PENDING);
    assertThat(none.message()).contains("could not be started", "registry.invalid/none:2");
    assertThat(Tenant.message(tenant.task("image-never").statusOrNew().conditions()))
        .contains("image version 2", "could not be started");
  }
}
