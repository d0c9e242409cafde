package io.poolwright.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * {@code dev/bench tasks}: the operator and a native Job by turns on the same control plane and the
 * same fake nodes. Nodes and pods are played, so this measures what a task costs the control plane
 * and nothing else.
 */
final class TaskBench {
  private TaskBench() {}

  public static void main(String[] args) throws Exception {
    Bench.main(args, TaskBench::run);
  }

  private static boolean run(Bench bench) throws Exception {
    Settings settings = bench.settings();
    bench.grounds().pool(settings.nodes(), settings.slots());
    Report report = new Report(settings, System.out);
    report.head();
    ControlPlane cluster = new ControlPlane(settings.pids());
    Contender contender = new Contender(bench.client(), settings, bench.namespace());
    List<Measured> all = new ArrayList<>();
    for (Contender.Kind kind : settings.runs()) {
      Measured measured = measure(kind, all.size(), contender, cluster, bench);
      all.add(measured);
      report.line(measured);
      bench.grounds().clear();
    }
    report.rest(
        all,
        bench.grounds().operatorUser(),
        bench.operator().peakMemory(),
        bench.operator().complaints());
    return true;
  }

  private static Measured measure(
      Contender.Kind kind, int number, Contender contender, ControlPlane cluster, Bench bench)
      throws Exception {
    AuditLog audit = bench.audit();
    OperatorProcess operator = bench.operator();
    long mark = audit.mark();
    double cpu = operator.cpuSeconds();
    Map<String, Duration> before = cluster.used();
    int collections = operator.collections();
    contender.run(kind, number);
    if (kind.ours()) {
      // A job may complete before the last pods are deleted, which is part of the price.
      Awaitility.await("the pods of the run are deleted")
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> !bench.grounds().hasPods());
    }
    Map<String, Duration> used = ControlPlane.between(before, cluster.used());
    used.put("operator", Duration.ofMillis((long) ((operator.cpuSeconds() - cpu) * 1000)));
    return Measured.of(kind, audit.since(mark), used, operator.heapSince(collections));
  }
}
