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
    assertThat(store.text("poolwright/manager/split/1/stdout.txt"))
        .isEqualTo("added one\nadded two\nadded three\n");
    assertThat(store.text("poolwright/manager/manager-two/1/stdout.txt")).isEqualTo("two\n");
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
            command:
              - sh
              - -c
              - |
                ask() { wget -q -O /dev/null --no-check-certificate --header "Authorization: Bearer $AZ_BATCH_AUTHENTICATION_TOKEN" "$@" 2>&1 && echo allowed; }
                namespace=namespaces/$AZ_BATCH_ACCOUNT_NAME
                own=$AZ_BATCH_ACCOUNT_URL/apis/poolwright.io/v1alpha1/$namespace
                ask $own/jobs/curious
                ask $own/jobs/other
                ask $own/tasks
                ask $AZ_BATCH_ACCOUNT_URL/api/v1/$namespace/secrets
                ask --header "Content-Type: application/yaml" --post-data "{apiVersion: poolwright.io/v1alpha1, kind: Task, metadata: {name: x}, spec: {jobId: other, command: ['true']}}" $own/tasks
                echo "$(ls /var/run/secrets/kubernetes.io/serviceaccount | tr '\\n' ' ')"
        """);

    tenant.completedJob("curious", PATIENCE);

    assertThat(store.text("poolwright/curious/m/1/stdout.txt").lines().toList())
        .startsWith("allowed")
        .filteredOn(l -> l.contains("403") || l.contains("422"))
        .hasSize(4);
    assertThat(store.text("poolwright/curious/m/1/stdout.txt"))
        .endsWith("ca.crt namespace token \n");
  }
}
