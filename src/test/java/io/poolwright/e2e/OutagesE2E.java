package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What everything stands on goes away for a while, and comes back; every job ends as it would have.
 */
class OutagesE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("outages");

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration OUTAGE = Duration.ofMinutes(1);
  private static Store store;

  @BeforeAll
  static void start() throws Exception {
    store = Store.of(Store.Kind.MINIO, "outages");
    store.put("word", "still here\n");
    tenant.storage(store.secret());
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: steady}
        spec:
          targetDedicatedNodes: 1
          taskSlotsPerNode: 3
          node: {size: {cpu: 150m, memory: 192Mi}, image: "busybox:1.36"}
        """);
    tenant.awaitPool("steady", "Steady", PATIENCE);
  }

  @AfterAll
  static void bringBack() {
    Program.run("dev/cluster", "start-apiserver");
    store.start();
  }

  /**
   * Five tasks of some seconds each, one with a file to bring in, each leaving a mark for every
   * time that it ran.
   */
  private static void apply(String job, int seconds) {
    StringBuilder tasks = new StringBuilder();
    for (int i = 1; i <= 5; i++) {
      tasks.append(
          """
            - id: t%d
              command: [sh, -c, 'echo ran >>"$AZ_BATCH_NODE_SHARED_DIR/$AZ_BATCH_JOB_ID-$AZ_BATCH_TASK_ID"; cat word; sleep %d']
              resourceFiles: [{storageUrl: "s3:///word"}]
              outputFiles: [{filePattern: word, destination: {container: {path: "%s/t%d"}}}]
          """
              .formatted(i, seconds, job, i)
              .indent(2));
    }
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: %s}
        spec:
          poolInfo: {poolId: steady}
          tasks:
        """
                .formatted(job)
            + tasks);
  }

  private static void endsWell(String job) throws Exception {
    Job ended = tenant.completedJob(job, PATIENCE);
    assertThat(ended.statusOrNew().taskCounts().succeeded()).isEqualTo(5);
    assertThat(tenant.history().job(job).getLast()).isEqualTo("Completed Succeeded");
    assertThat(store.keys(job + "/")).hasSize(5);
    for (int i = 1; i <= 5; i++) {
      TaskStatus task = tenant.task(job + "-t" + i).statusOrNew();
      assertThat(task.execution().retryCount()).isNull();
      assertThat(task.attempts()).as("attempts of t" + i).isEqualTo(1);
      assertThat(tenant.history().task(job + "-t" + i).getLast()).isEqualTo("Completed Succeeded");
    }
    assertThat(ran(job)).as("each command ran once").isEqualTo("5\n");
  }

  /** Asked by a task, since only tasks see the node's shared directory. */
  private static String ran(String job) throws Exception {
    tenant.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: count-%1$s}
        spec:
          poolInfo: {poolId: steady}
          tasks: [{id: c, command: [sh, -c, 'cat "$AZ_BATCH_NODE_SHARED_DIR"/%1$s-* | wc -l']}]
        """
            .formatted(job));
    tenant.completedJob("count-" + job, PATIENCE);
    return store.text("poolwright/count-" + job + "/c/1/stdout.txt").strip() + "\n";
  }

  private static void awaitRunning(String job) {
    tenant.await(
        "a task of " + job + " runs",
        PATIENCE,
        () -> tenant.job(job).statusOrNew().taskCounts().running() > 0);
  }

  /** Time that has to pass is waited for by the clock. */
  private static void sitOut() {
    Instant end = Instant.now().plus(OUTAGE);
    Awaitility.await("the outage")
        .atMost(OUTAGE.plusSeconds(30))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> Instant.now().isAfter(end));
  }

  @Test
  void anOperatorThatIsKilledFindsItsWayBack() throws Exception {
    apply("killed", 6);
    awaitRunning("killed");
    int before = Cluster.get().operatorRestarts();

    Cluster.get().killOperator();
    tenant.await("another operator", PATIENCE, () -> Cluster.get().operatorRestarts() > before);

    endsWell("killed");
    tenant.await("the operator is ready", PATIENCE, () -> Cluster.get().operatorReady());
  }

  @Test
  void anObjectStoreThatIsAwayForAMinuteIsWaitedFor() throws Exception {
    apply("stored", 5);
    awaitRunning("stored");
    store.stop();
    try {
      sitOut();
      // There are three slots: two tasks can only have begun while there was no store.
      assertThat(tenant.job("stored").statusOrNew().taskCounts().succeeded()).isLessThan(5);
      assertThat(tenant.job("stored").statusOrNew().taskCounts().failed()).isZero();
      assertThat(tenant.job("stored").statusOrNew().taskCounts().running()).isPositive();
    } finally {
      store.start();
    }

    endsWell("stored");
  }

  @Test
  void anApiServerThatIsAwayForAMinuteIsWaitedFor() throws Exception {
    apply("stopped", 8);
    awaitRunning("stopped");
    Program.run("dev/cluster", "stop-apiserver");
    try {
      sitOut();
    } finally {
      Program.run("dev/cluster", "start-apiserver");
    }

    endsWell("stopped");
    tenant.await("the operator is ready", PATIENCE, () -> Cluster.get().operatorReady());
  }
}
