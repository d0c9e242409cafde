package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A task for each object of a bucket: the operator sees no key of the store, a pod of the job does.
 */
class FactoriesE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("factories");

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final String POOL =
      """
      apiVersion: poolwright.io/v1alpha1
      kind: Pool
      metadata: {name: factories}
      spec:
        targetDedicatedNodes: 1
        taskSlotsPerNode: 4
        node:
          size: {cpu: 250m, memory: 320Mi}
          image: busybox:1.36
      """;

  private static String perFile(String name, String source) {
    return """
    apiVersion: poolwright.io/v1alpha1
    kind: Job
    metadata: {name: %s}
    spec:
      poolInfo: {poolId: factories}
      taskFactory:
        type: TaskPerFile
        source: %s
        repeatTask:
          command: [sh, -ec, 'tr a-z A-Z <"$1" >"$2.out"', sh, "{fileName}", "{fileNameWithoutExtension}"]
          resourceFiles: [{httpUrl: "{url}", filePath: "{fileName}"}]
          outputFiles:
            - filePattern: "*.out"
              destination: {container: {path: "out/{filePath}/"}}
        mergeTask: {command: ["true"]}
    """
        .formatted(name, source);
  }

  @Test
  void eachObjectBelowAPrefixIsATaskAndLaterOnesAreNot() throws Exception {
    Store store = Store.of(Store.Kind.MINIO, "factories-" + UUID.randomUUID());
    tenant.storage(store.secret());
    store.put("in/one two.txt", "one");
    store.put("in/deep/three.txt", "three");
    store.put("in/four.tar.gz", "four");
    store.put("inner.txt", "not this one");
    tenant.apply(perFile("files", "{prefix: in/}"));
    tenant.await(
        "the objects are listed before there is a pool",
        PATIENCE,
        () ->
            tenant.job("files").statusOrNew().files() != null
                && Integer.valueOf(3).equals(tenant.job("files").statusOrNew().files().count()));
    store.put("in/late.txt", "too late");
    tenant.apply(POOL);

    Job job = tenant.completedJob("files", PATIENCE);

    assertThat(job.statusOrNew().taskCounts().succeeded()).isEqualTo(4);
    assertThat(Objects.requireNonNull(job.statusOrNew().taskFactory()).succeeded())
        .isEqualTo("0-2");
    assertThat(store.keys("out"))
        .containsExactlyInAnyOrder(
            "out/in/deep/three.txt/three.out",
            "out/in/four.tar.gz/four.tar.out",
            "out/in/one two.txt/one two.out");
    assertThat(store.text("out/in/deep/three.txt/three.out")).isEqualTo("THREE");
    tenant.await("the pod that listed is gone", PATIENCE, () -> tenant.pods("list").isEmpty());
    assertThat(tenant.history().job("files"))
        .containsSubsequence("Active ListingFiles", "Active Active", "Completed Succeeded");
    tenant.completed("files-merge", PATIENCE);
    assertThat(tenant.history().task("files-merge"))
        .containsSubsequence("Active WaitingForSlot", "Running Running", "Completed Succeeded");
  }

  @Test
  void aBucketThatIsNotThereIsSaidAndLookedForAgain() throws Exception {
    Store store = Store.of(Store.Kind.MINIO, "factories");
    tenant.storage(store.secret());
    // The store may be older than this test, and have what another run of it made.
    String bucket = "factories-" + UUID.randomUUID();
    tenant.apply(perFile("later", "{autoStorageContainerName: %s, prefix: x/}".formatted(bucket)));
    tenant.await(
        "the job says so",
        PATIENCE,
        () -> Tenant.says(tenant.job("later").statusOrNew().conditions(), "FilesNotListed"));
    assertThat(Tenant.message(tenant.job("later").statusOrNew().conditions()))
        .contains("BucketNotFound", bucket);
    Store later = Store.of(Store.Kind.MINIO, bucket);
    later.put("x/a.txt", "a");
    tenant.await(
        "it is found",
        PATIENCE,
        () ->
            tenant.job("later").statusOrNew().files() != null
                && Integer.valueOf(1).equals(tenant.job("later").statusOrNew().files().count()));
    assertThat(tenant.history().job("later"))
        .containsSubsequence("Active ListingFiles", "Active FilesNotListed");
    // What it makes would go to the storage of another test.
    tenant.client().resources(Job.class).inNamespace(tenant.namespace()).withName("later").delete();
  }
}
