package io.poolwright.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.bench.AuditLog.Write;
import io.poolwright.bench.AuditLog.Writes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * {@code dev/bench dependencies}: how long it takes from the end of a task's pod, as the API server
 * hears of it, until the pod of the task that waits for it is created. Once one after the other,
 * once with all parents at the same time.
 */
final class DependencyBench {
  private DependencyBench() {}

  public static void main(String[] args) throws Exception {
    Bench.main(args, DependencyBench::run);
  }

  private static boolean run(Bench bench) throws Exception {
    int count = bench.settings().count();
    bench.grounds().pool(bench.settings().nodes(), bench.settings().slots());
    StringBuilder chain = new StringBuilder();
    IntStream.range(0, count)
        .forEach(i -> chain.append(task("t" + i, i == 0 ? null : "t" + (i - 1))));
    say("in a chain", run(bench, "chain", chain.toString(), "t", "t", 1));
    StringBuilder pairs = new StringBuilder();
    IntStream.range(0, count).forEach(i -> pairs.append(task("a" + i, null)));
    IntStream.range(0, count).forEach(i -> pairs.append(task("b" + i, "a" + i)));
    say("all at once", run(bench, "pairs", pairs.toString(), "a", "b", 0));
    bench.operator().complaints().forEach(System.out::println);
    return true;
  }

  private static String task(String id, @Nullable String parent) {
    return "  - {id: "
        + id
        + ", commandLine: \"true\""
        + (parent == null ? "" : ", dependsOn: {taskIds: [" + parent + "]}")
        + "}\n";
  }

  /**
   * @param step from the number of a parent to that of its dependent
   */
  private static List<Duration> run(
      Bench bench, String name, String tasks, String parent, String dependent, int step)
      throws Exception {
    KubernetesClient client = bench.client();
    long mark = bench.audit().mark();
    Job job =
        client
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: poolwright.io/v1alpha1
                kind: Job
                metadata: {name: %s, namespace: %s}
                spec:
                  poolInfo: {poolId: %s}
                  logUpload: Never
                  commonEnvironmentSettings: [{name: FAKE_DURATION, value: 1s}]
                  tasks:
                """
                        .formatted(name, bench.namespace(), Grounds.POOL)
                    + tasks,
                Job.class);
    client.resource(job).create();
    Awaitility.await(name + " completes")
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> client.resource(job).get().stateOrActive() == JobState.COMPLETED);
    Writes writes = bench.audit().since(mark);
    List<Duration> waits = new ArrayList<>();
    for (Write create : writes.by(w -> w.is("create pods") && w.code() < 400).all()) {
      String prefix = name + "-" + dependent;
      if (!create.name().startsWith(prefix)) {
        continue;
      }
      String digits = create.name().substring(prefix.length()).replaceFirst("-[0-9]+$", "");
      String before = name + "-" + parent + (Integer.parseInt(digits) - step) + "-1";
      writes.all().stream()
          .filter(w -> w.is("patch pods/status", "update pods/status") && w.name().equals(before))
          .map(Write::answered)
          .filter(t -> t.isBefore(create.answered()))
          .max(Instant::compareTo)
          .ifPresent(end -> waits.add(Duration.between(end, create.answered())));
    }
    Collections.sort(waits);
    return waits;
  }

  private static void say(String what, List<Duration> waits) {
    System.out.printf(
        "%s: %d dependents; from the parent's end to the dependent's pod: median %d ms, nine of ten within %d ms, at most %d ms%n",
        what,
        waits.size(),
        waits.get(waits.size() / 2).toMillis(),
        waits.get(waits.size() * 9 / 10).toMillis(),
        waits.getLast().toMillis());
  }
}
