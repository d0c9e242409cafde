package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A job manager with a real token, against the real API server and its policy. */
class JobManagerE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("manager");

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Path EXAMPLE = Path.of("examples", "manager");
  private static Store store;

  @BeforeAll
  static void start() throws Exception {
    store = Store.of(Store.Kind.MINIO, "manager");
    tenant.storage(store.secret());
    tenant.apply(Files.readString(EXAMPLE.resolve("pool.yaml")));
  }

  @Test
  void itAddsTasksToItsJobWhichEndsWithTheLastOfThem() throws Exception {
    tenant.apply(Files.readString(EXAMPLE.resolve("job.yaml")));

    Job job = tenant.completedJob("manager", PATIENCE);

    assertThat(job.statusOrNew().executionInfo().terminateReason()).isEqualTo("AllTasksComplete");
    assertThat(job.statusOrNew().taskCounts().succeeded()).isEqualTo(4);
    assertThat(tenant.history().job("manager"))
        .containsSubsequence("Active Active", "Completed Succeeded");
    tenant.completed("manager-split", PATIENCE);
    assertThat(tenant.history().task("manager-split"))
        .containsSubsequence("Active WaitingForSlot", "Running Running", "Completed Succeeded");
    assertThat(store.text("poolwright/manager/split/1/stdout.txt"))
        .isEqualTo("added one\nadded two\nadded three\n");
    String part = job.getMetadata().getUid().substring(0, 8);
    assertThat(store.text("poolwright/manager/manager-two-" + part + "/1/stdout.txt"))
        .isEqualTo("two\n");
  }

  @Test
  void itsTokenReachesNothingElse() throws Exception {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: curious}
        spec:
          poolInfo: {poolId: manager}
          jobManagerTask:
            id: m
            authenticationTokenSettings: {access: [Job]}
            containerSettings: {imageName: "curlimages/curl:8.11.1"}
            command:
              - sh
              - -c
              - |
                account=/var/run/secrets/kubernetes.io/serviceaccount
                ask() { curl -sS -o reply -w '%{http_code}\\n' --cacert $account/ca.crt -H "Authorization: Bearer $AZ_BATCH_AUTHENTICATION_TOKEN" "$@"; }
                namespace=namespaces/$AZ_BATCH_ACCOUNT_NAME
                own=$AZ_BATCH_ACCOUNT_URL/apis/poolwright.io/v1alpha1/$namespace
                ask $own/jobs/curious
                ask $own/jobs/other
                ask $own/tasks
                ask $AZ_BATCH_ACCOUNT_URL/api/v1/$namespace/secrets
                ask -H "Content-Type: application/yaml" --data-binary "{apiVersion: poolwright.io/v1alpha1, kind: Task, metadata: {name: x}, spec: {jobId: other, command: ['true']}}" $own/tasks
                grep -o 'the account of a job creates tasks of that job only' reply | head -n 1
                ls $account
        """);

    tenant.completedJob("curious", PATIENCE);
    assertThat(tenant.history().job("curious"))
        .containsSubsequence("Active Active", "Completed JMComplete");

    assertThat(store.text("poolwright/curious/m/1/stdout.txt").lines().toList())
        .containsExactly(
            "200",
            "403",
            "403",
            "403",
            "422",
            "the account of a job creates tasks of that job only",
            "ca.crt",
            "namespace",
            "token");
  }
}
