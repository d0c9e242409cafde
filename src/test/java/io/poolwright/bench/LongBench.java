package io.poolwright.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;

/**
 * {@code dev/bench long}: whether the hundred-thousandth task of a factory costs what the first
 * cost. A job runs to its end, and at each tenth of it the operator's heap is looked at; then the
 * same job, of tasks that do not end, is cancelled at its full width.
 */
final class LongBench {
  private static final int TENTHS = 10;

  /** What no object may exceed. */
  private static final int MOST_BYTES = 256 * 1024;

  /** In MiB of live heap, which is looked at while the operator is at work: less is chance. */
  private static final int GROWTH = 10;

  private static final Duration TOLD = Duration.ofSeconds(10);

  private final Bench bench;
  private final KubernetesClient client;
  private final List<Integer> live = new ArrayList<>();
  private int mostBytes;

  private LongBench(Bench bench) {
    this.bench = bench;
    this.client = bench.client();
  }

  public static void main(String[] args) throws Exception {
    Bench.main(args, bench -> new LongBench(bench).run());
  }

  private boolean run() throws Exception {
    Settings settings = bench.settings();
    bench.grounds().pool(settings.nodes(), settings.slots());
    print(
        "%d tasks of one factory that end at once, at most %d at a time (%d nodes of %d slots); operator: -Xmx256m",
        settings.count(), settings.parallel(), settings.nodes(), settings.slots());
    toTheEnd();
    bench.grounds().clear();
    Duration told = cancelled();
    bench.operator().complaints().forEach(System.out::println);
    print(
        "The operator's process had %d MiB at most, the Job %d KiB.",
        bench.operator().peakMemory(), mostBytes / 1024);
    return mostBytes < MOST_BYTES && told.compareTo(TOLD) < 0 && isFlat();
  }

  /** The second half of the job against the first. */
  private boolean isFlat() {
    int half = live.size() / 2;
    return Collections.max(live.subList(half, live.size()))
        <= Collections.max(live.subList(0, half)) + GROWTH;
  }

  private void toTheEnd() throws IOException, InterruptedException {
    print(
        "| tasks | seconds | tasks/s | writes/task, operator | CPU ms/task, operator | heap: most, live (MiB) | Job KiB |");
    print("|---|---|---|---|---|---|---|");
    int count = bench.settings().count();
    Job job = create("long", "0s");
    long start = System.nanoTime();
    Mark mark = mark(0, start);
    for (int tenth = 0; tenth <= TENTHS; tenth++) {
      // The first line is of the first task.
      int until = Math.max(1, (int) ((long) count * tenth / TENTHS));
      int ended =
          Awaitility.await(until + " tasks have ended")
              .atMost(Duration.ofMinutes(20))
              .pollInterval(Duration.ofMillis(tenth == 0 ? 50 : 500))
              .until(() -> ended(job), e -> e >= until);
      mark = line(mark, ended, start);
    }
    Awaitility.await("the job completes")
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> client.resource(job).get().stateOrActive() == JobState.COMPLETED);
  }

  private record Mark(int ended, long time, double cpu, int collections, long audit) {}

  private Mark mark(int ended, long time) throws IOException, InterruptedException {
    OperatorProcess operator = bench.operator();
    return new Mark(
        ended, time, operator.cpuSeconds(), operator.collections(), bench.audit().mark());
  }

  private Mark line(Mark from, int ended, long start) throws IOException, InterruptedException {
    Mark now = mark(ended, System.nanoTime());
    OperatorProcess.Heap heap = bench.operator().heapSince(from.collections());
    live.add(heap.live());
    int more = Math.max(1, ended - from.ended());
    int writes =
        bench
            .audit()
            .between(from.audit(), now.audit())
            .by(w -> w.user().equals(bench.grounds().operatorUser()))
            .size();
    print(
        "| %d | %.1f | %.1f | %.2f | %.1f | %d, %d | %d |",
        ended,
        (now.time() - start) / 1e9,
        more * 1e9 / (now.time() - from.time()),
        writes / (double) more,
        (now.cpu() - from.cpu()) * 1000 / more,
        heap.most(),
        heap.live(),
        mostBytes / 1024);
    return now;
  }

  /** Returns how long it took until all pods were told. */
  private Duration cancelled() throws IOException {
    Job job = create("cancelled", "1h");
    int width = Math.min(bench.settings().parallel(), bench.settings().count());
    Awaitility.await(width + " tasks run")
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> counts(job).running() >= width);
    long mark = bench.audit().mark();
    Instant start = Instant.now();
    client
        .resource(job)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"desiredState\":\"Terminated\"}}");
    Awaitility.await("the job completes")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> client.resource(job).get().stateOrActive() == JobState.COMPLETED);
    Instant completed = Instant.now();
    Awaitility.await("the pods are gone")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !bench.grounds().hasPods());
    Instant gone = Instant.now();
    AuditLog.Writes deletes =
        bench
            .audit()
            .since(mark)
            .by(w -> w.user().equals(bench.grounds().operatorUser()) && w.is("delete pods"));
    print(
        "%nCancelled with %d of %d tasks at work: the first pod was told after %.1f s, the last after %.1f s;"
            + " Completed after %.1f s, the last pod gone after %.1f s.",
        width,
        bench.settings().count(),
        seconds(start, deletes.first()),
        seconds(start, deletes.last()),
        seconds(start, completed),
        seconds(start, gone));
    return Duration.between(start, deletes.last());
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  private Job create(String name, String duration) {
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
                  logUpload: %s
                  commonEnvironmentSettings: [{name: FAKE_DURATION, value: %s}]
                  taskFactory: {type: Repeat, count: %d, repeatTask: {commandLine: "true"}}
                """
                    .formatted(
                        name,
                        bench.namespace(),
                        Grounds.POOL,
                        bench.settings().logs(),
                        duration,
                        bench.settings().count()),
                Job.class);
    return client.resource(job).create();
  }

  private int ended(Job job) {
    return counts(job).completed();
  }

  private JobStatus.TaskCounts counts(Job job) {
    Job now = client.resource(job).get();
    mostBytes =
        Math.max(
            mostBytes,
            client
                .getKubernetesSerialization()
                .asJson(now)
                .getBytes(StandardCharsets.UTF_8)
                .length);
    JobStatus.TaskCounts counts = now.statusOrNew().taskCounts();
    return counts == null ? new JobStatus.TaskCounts(0, 0, 0, 0, 0) : counts;
  }

  private static void print(String format, Object... args) {
    System.out.printf(Locale.ROOT, format + "%n", args);
  }
}
