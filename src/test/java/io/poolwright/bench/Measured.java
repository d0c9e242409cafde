package io.poolwright.bench;

import io.poolwright.bench.AuditLog.Writes;
import java.time.Duration;
import java.util.Map;

/**
 * One run.
 *
 * @param wall from the first request about a job until the job says that it is completed
 * @param end from the last pod's end until then
 * @param cpu processor time of each program
 * @param load of the machine at the end, over one minute
 */
record Measured(
    Contender.Kind kind,
    Writes writes,
    Duration wall,
    Duration end,
    Map<String, Duration> cpu,
    OperatorProcess.Heap heap,
    double load) {

  static Measured of(
      Contender.Kind kind, Writes writes, Map<String, Duration> cpu, OperatorProcess.Heap heap) {
    String resource = kind.ours() ? "jobs" : "batch/jobs";
    Writes begins = writes.by(w -> w.is("create " + resource));
    Writes says =
        writes.by(w -> w.is("update " + resource + "/status", "patch " + resource + "/status"));
    Writes ends = writes.by(w -> w.is("patch pods/status", "update pods/status"));
    return new Measured(
        kind,
        writes,
        Duration.between(begins.first(), says.last()),
        Duration.between(ends.last(), says.last()),
        cpu,
        heap,
        java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  Duration operator() {
    return cpu.getOrDefault("operator", Duration.ZERO);
  }

  /** Everything but the operator. */
  Duration cluster() {
    return cpu.values().stream().reduce(Duration.ZERO, Duration::plus).minus(operator());
  }

  double perSecond(int count) {
    return count * 1000.0 / wall.toMillis();
  }
}
