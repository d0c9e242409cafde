package io.poolwright.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.hotspot.DefaultExports;
import java.time.Duration;
import java.util.Map;

/**
 * The operator's collectors. No label ever takes the name of a user's object, so the number of
 * series does not grow with what users create.
 */
public final class OperatorMetrics {
  private static final double NANOS = 1e9;

  private final Counter tasksCompleted;
  private final Counter attemptsStarted;
  private final Counter attemptsPreempted;
  private final Counter apiWrites;
  private final Histogram reconcileSeconds;
  private final Counter reconcileFailures;
  private final Histogram scheduleLatency;
  private final NodeCensus nodes;

  /** Registers everything, the JVM's own metrics included, in the given registry. */
  public OperatorMetrics(CollectorRegistry registry, BuildInfo build) {
    tasksCompleted =
        Counter.build("poolwright_tasks_completed_total", "Tasks whose outcome was recorded.")
            .labelNames("result")
            .register(registry);
    attemptsStarted =
        Counter.build("poolwright_attempts_started_total", "Attempts whose task pod was let go.")
            .register(registry);
    attemptsPreempted =
        Counter.build(
                "poolwright_attempts_preempted_total",
                "Attempts that were stopped for a task of a job with a higher priority.")
            .register(registry);
    apiWrites =
        Counter.build("poolwright_api_writes_total", "Writes sent to the API server.")
            .labelNames("verb", "resource")
            .register(registry);
    reconcileSeconds =
        Histogram.build("poolwright_reconcile_seconds", "Duration of one reconcile.")
            .labelNames("kind")
            .buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
            .register(registry);
    reconcileFailures =
        Counter.build(
                "poolwright_reconcile_failures_total",
                "Reconciles that ended in an error and are tried again.")
            .labelNames("kind")
            .register(registry);
    // Up to a day: a task may well wait that long for a slot, and that is what one wants to see.
    scheduleLatency =
        Histogram.build(
                "poolwright_schedule_latency_seconds",
                "From the creation of a task until its first attempt is let go.")
            .buckets(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400)
            .register(registry);
    nodes = new NodeCensus().register(registry);
    Gauge.build("poolwright_build_info", "Which Poolwright runs here; always 1.")
        .labelNames("version", "revision")
        .register(registry)
        .labels(build.version(), build.revision())
        .set(1);
    DefaultExports.register(registry);
  }

  /** The outcome of a task was recorded. */
  public void taskCompleted(String result) {
    tasksCompleted.labels(result).inc();
  }

  /**
   * @param count none is counted where it is less than one
   */
  public void tasksCompleted(String result, int count) {
    if (count > 0) {
      tasksCompleted.labels(result).inc(count);
    }
  }

  /** A task pod was let go: its command may run now. */
  public void attemptStarted() {
    attemptsStarted.inc();
  }

  /** So many task pods were marked as stopped for tasks of a higher priority. */
  public void attemptsPreempted(int count) {
    attemptsPreempted.inc(count);
  }

  /** A task had waited this long when its first attempt was let go. */
  public void firstAttemptLetGo(Duration sinceCreation) {
    // The creation time comes from the API server's clock, which may be ahead of ours.
    scheduleLatency.observe(Math.max(0, sinceCreation.toNanos() / NANOS));
  }

  /** A write was sent, whether or not it succeeded; the resource is the plural, as in RBAC. */
  public void apiWrite(String verb, String resource) {
    apiWrites.labels(verb, resource).inc();
  }

  /** One reconcile ended, well or not. */
  public void reconciled(String kind, Duration took) {
    reconcileSeconds.labels(kind).observe(took.toNanos() / NANOS);
  }

  /** One reconcile ended in an error. */
  public void reconcileFailed(String kind) {
    reconcileFailures.labels(kind).inc();
  }

  /** The pool has these nodes now; replaces what was said of it before. */
  public void nodes(String namespace, String pool, Map<String, Integer> byState) {
    nodes.count(namespace + "/" + pool, byState);
  }

  /** The pool is gone, and its nodes count no more. */
  public void poolGone(String namespace, String pool) {
    nodes.forget(namespace + "/" + pool);
  }
}
