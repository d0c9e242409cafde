package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.TaskStatus;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Files come from everywhere and go back by rule; what is not there is named. */
class StagingE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("staging");

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final CountDownLatch over = new CountDownLatch(1);
  private static Store store;
  private static HttpServer web;

  @BeforeAll
  static void start() throws Exception {
    store = Store.of(Store.Kind.MINIO, "staging");
    store.put("in/a.txt", "A");
    store.put("in/deep/b.txt", "B");
    store.put("alone.txt", "alone");
    tenant.storage(store.secret());
    web = HttpServer.create(new InetSocketAddress(Cluster.get().hostAddress(), 0), 0);
    web.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    web.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/hangs")) {
            awaitTheEnd();
          }
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    web.start();
    String address = "http://" + Cluster.get().hostAddress() + ":" + web.getAddress().getPort();
    String presigned = store.presigned("alone.txt");
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: staging}
        spec:
          targetDedicatedNodes: 1
          taskSlotsPerNode: 5
          node:
            size: {cpu: 250m, memory: 320Mi}
            image: busybox:1.36
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: files}
        spec:
          poolInfo: {poolId: staging}
          tasks:
            - id: hangs
              command: ["true"]
              resourceFiles: [{httpUrl: "%1$s/hangs?signature=very-secret", filePath: x}]
            - id: all
              command: [sh, -ec, 'cat got/in/a.txt got/in/deep/b.txt one.txt web.txt; stat -c %%a one.txt; mkdir -p out/more; echo 1 >out/1.txt; echo 2 >out/more/2.txt; echo 3 >out/3.log']
              resourceFiles:
                - {autoStorageContainerName: staging, blobPrefix: in/, filePath: got}
                - {storageUrl: "s3:///alone.txt", filePath: one.txt, fileMode: "0640"}
                - {httpUrl: "%2$s", filePath: web.txt}
              outputFiles:
                - filePattern: out/**/*.txt
                  destination: {container: {path: results}}
                  uploadOptions: {uploadCondition: TaskSuccess}
                - filePattern: out/3.log
                  destination: {container: {path: failures/3.log}}
                  uploadOptions: {uploadCondition: TaskFailure}
            - id: bucket
              command: ["true"]
              resourceFiles: [{storageUrl: "s3://no-such-bucket/x"}]
            - id: object
              command: ["true"]
              resourceFiles: [{storageUrl: "s3:///alone.txt"}, {storageUrl: "s3:///no/such/object"}]
            - id: prefix
              command: ["true"]
              resourceFiles: [{storageUrl: "s3:///nothing/below/"}]
            - id: url
              command: ["true"]
              resourceFiles: [{httpUrl: "%1$s/absent?signature=very-secret", filePath: x}]
            - id: output
              command: [sh, -c, echo 1 >1.txt]
              outputFiles: [{filePattern: 1.txt, destination: {container: {bucket: no-such-bucket}}}]
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: leaves}
        spec:
          poolInfo: {poolId: staging}
          tasks:
            - id: up
              command: ["true"]
              resourceFiles: [{storageUrl: "s3:///alone.txt", filePath: ../../stolen}]
        """
            .formatted(address, presigned));
  }

  private static void awaitTheEnd() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterAll
  static void stop() {
    over.countDown();
    web.stop(0);
  }

  private static void failed(String task, String code, String field, String... words) {
    TaskStatus status = tenant.completed("files-" + task, PATIENCE);
    FailureInfo failure = status.execution().failureInfo();
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.message()).contains(words).doesNotContain("very-secret", Store.SECRET);
    assertThat(failure.details()).contains(new FailureInfo.Detail("field", field));
    assertThat(tenant.history().task("files-" + task))
        .containsSubsequence("Active WaitingForSlot", "Running Running", "Completed " + code);
    assertThat(status.attempts()).as("another attempt would not find it either").isEqualTo(1);
  }

  @Test
  void filesOfEverySourceArriveAndOutputsGoByRule() throws Exception {
    TaskStatus status = tenant.completed("files-all", PATIENCE);

    assertThat(status.execution().failureInfo()).isNull();
    assertThat(store.text("poolwright/files/all/1/stdout.txt")).isEqualTo("ABalonealone640\n");
    assertThat(store.keys("results"))
        .containsExactlyInAnyOrder("results/1.txt", "results/more/2.txt");
    assertThat(store.keys("failures")).isEmpty();
    assertThat(tenant.history().task("files-all"))
        .containsExactly("Active WaitingForSlot", "Running Running", "Completed Succeeded");
  }

  @Test
  void aBucketThatDoesNotExistIsNamed() {
    failed("bucket", "BucketNotFound", "spec.resourceFiles[0]", "no-such-bucket");
    failed("output", "FileUploadContainerNotFound", "spec.outputFiles[0]", "no-such-bucket");
  }

  @Test
  void anObjectThatDoesNotExistIsNamed() {
    failed("object", "BlobNotFound", "spec.resourceFiles[1]", "no/such/object");
    failed("prefix", "BlobNotFound", "spec.resourceFiles[0]", "nothing/below/");
  }

  @Test
  void anAddressThatAnswers404IsFinal() {
    failed("url", "BlobNotFound", "spec.resourceFiles[0]", "404");
  }

  @Test
  void anAddressThatHangsIsGivenUpInLessThanAMinute() {
    failed("hangs", "BlobDownloadTimedOut", "spec.resourceFiles[0]", "/hangs");
    TaskStatus status = tenant.task("files-hangs").statusOrNew();
    assertThat(
            Duration.between(
                java.time.Instant.parse(status.execution().startTime()),
                java.time.Instant.parse(status.execution().endTime())))
        .isLessThan(Duration.ofSeconds(75));
  }

  @Test
  void aPathThatLeavesTheDirectoryNeverRuns() {
    tenant.awaitTask("leaves-up", PATIENCE, s -> Tenant.says(s.conditions(), "InvalidFilePath"));

    assertThat(Tenant.message(tenant.task("leaves-up").statusOrNew().conditions()))
        .contains("spec.resourceFiles[0].filePath", "../../stolen");
    tenant.await(
        "the job says so too",
        PATIENCE,
        () -> Tenant.says(tenant.job("leaves").statusOrNew().conditions(), "TasksStuck"));
    assertThat(tenant.history().job("leaves")).doesNotContain("Completed Succeeded");
    assertThat(tenant.history().task("leaves-up")).doesNotContain("Running Running");
  }
}
