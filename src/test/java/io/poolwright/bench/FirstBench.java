package io.poolwright.bench;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.pool.Pool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * {@code dev/bench first}: how long one command takes from the request until its job says that it
 * is completed, on the real kubelet of dev/cluster: a native Job, and a job of ours on a node that
 * is there already, by turns.
 */
final class FirstBench {
  private static final String NATIVE = "native Job";

  /** What dev/cluster has on its node. */
  private static final String IMAGE = "docker.io/library/busybox:poolwright";

  private static final String POOL =
      """
      apiVersion: poolwright.io/v1alpha1
      kind: Pool
      metadata: {name: bench, namespace: NAMESPACE}
      spec:
        targetDedicatedNodes: 1
        node: {size: {cpu: 100m, memory: 64Mi}, image: "%s"}
      """
          .formatted(IMAGE);

  private final Bench bench;
  private final KubernetesClient client;
  private final Map<String, List<Duration>> all = new LinkedHashMap<>();

  private FirstBench(Bench bench) {
    this.bench = bench;
    this.client = bench.client();
  }

  public static void main(String[] args) throws Exception {
    Bench.main(args, bench -> new FirstBench(bench).run());
  }

  private boolean run() throws IOException {
    client.resource(read(POOL, Pool.class)).create();
    bench.grounds().awaitSteady(1);
    // The first of each pays for code that has not run yet.
    for (int round = 0; round <= bench.settings().count(); round++) {
      measure(NATIVE, round, nativeJob(round), io.fabric8.kubernetes.api.model.batch.v1.Job.class);
      measure("logUpload Never", round, job("never-" + round, "Never"), Job.class);
      measure("logUpload Always", round, job("always-" + round, "Always"), Job.class);
    }
    print(
        "%d runs of a command that ends at once, by turns; seconds until its job is completed",
        bench.settings().count());
    print("| run | median | fastest | slowest |");
    print("|---|---|---|---|");
    all.forEach((what, times) -> {
      Collections.sort(times);
      print(
          "| %s | %.2f | %.2f | %.2f |",
          what,
          seconds(times.get(times.size() / 2)),
          seconds(times.getFirst()),
          seconds(times.getLast()));
    });
    bench.operator().complaints().forEach(System.out::println);
    return true;
  }

  private <T extends HasMetadata> void measure(String what, int round, String yaml, Class<T> kind) {
    T job = read(yaml, kind);
    // The kubelet looks once a second: each run begins at another time of that second.
    Awaitility.await()
        .pollDelay(Duration.ofMillis(370L * round % 1000))
        .atMost(Duration.ofMinutes(1))
        .until(() -> true);
    long start = System.nanoTime();
    client.resource(job).create();
    client.resource(job).waitUntilCondition(FirstBench::isCompleted, 2, TimeUnit.MINUTES);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    if (round > 0) {
      all.computeIfAbsent(what, k -> new ArrayList<>()).add(time);
    }
    client.resource(job).delete();
  }

  private static boolean isCompleted(HasMetadata job) {
    return switch (job) {
      case Job ours -> ours.stateOrActive() == JobState.COMPLETED;
      case io.fabric8.kubernetes.api.model.batch.v1.Job theirs ->
          theirs.getStatus() != null && theirs.getStatus().getCompletionTime() != null;
      default -> false;
    };
  }

  private static String nativeJob(int round) {
    return """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: native-%d, namespace: NAMESPACE}
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: task, image: "%s", command: ["true"]}]
    """
        .formatted(round, IMAGE);
  }

  private static String job(String name, String logs) {
    return """
    apiVersion: poolwright.io/v1alpha1
    kind: Job
    metadata: {name: %s, namespace: NAMESPACE}
    spec:
      poolInfo: {poolId: bench}
      logUpload: %s
      tasks: [{id: t, command: ["true"]}]
    """
        .formatted(name, logs);
  }

  private <T> T read(String yaml, Class<T> kind) {
    return client
        .getKubernetesSerialization()
        .unmarshal(yaml.replace("NAMESPACE", bench.namespace()), kind);
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  private static void print(String format, Object... args) {
    System.out.printf(Locale.ROOT, format + "%n", args);
  }
}
