package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.TaskStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody links a storage and makes every mistake on the way. */
class StorageSecretE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("secret");

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static TaskStatus run(String name) {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Task
        metadata: {name: %s}
        spec:
          jobId: secret
          command: [cat, word]
          resourceFiles: [{storageUrl: "s3:///word"}]
        """
            .formatted(name));
    return tenant.completed(name, PATIENCE);
  }

  private static void failed(String task, String code, String... words) {
    FailureInfo failure = run(task).execution().failureInfo();
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.message()).contains(words).doesNotContain(Store.SECRET, "wrong-secret");
    assertThat(tenant.history().task(task))
        .containsSubsequence("Running Running", "Completed " + code);
  }

  @Test
  void eachMistakeIsToldUntilTheStorageIsLinked() throws Exception {
    Store store = Store.of(Store.Kind.S3PROXY, "secret");
    store.put("word", "at last");
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: secret}
        spec:
          targetDedicatedNodes: 1
          node:
            size: {cpu: 50m, memory: 64Mi}
            image: busybox:1.36
            directory: {kind: None}
        ---
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: secret}
        spec: {poolInfo: {poolId: secret}}
        """);

    failed("absent", "StorageSecretNotFound", "poolwright-storage");

    Map<String, String> values = new HashMap<>(store.secret());
    values.remove("accessKey");
    tenant.storage(values);
    failed("incomplete", "StorageSecretKeyMissing", "accessKey");

    values = new HashMap<>(store.secret());
    values.put("secretKey", "wrong-secret");
    tenant.storage(values);
    failed("wrong", "BlobAccessDenied", "accessKey and secretKey");

    tenant.storage(store.secret());
    assertThat(run("right").execution().exitCode()).isZero();
    assertThat(store.text("poolwright/secret/right/1/stdout.txt")).isEqualTo("at last");
    assertThat(tenant.history().job("secret"))
        .as("tasks of their own do not end a job")
        .doesNotContain("Completed Succeeded");
  }
}
