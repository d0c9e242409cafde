package io.poolwright.main;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.poolwright.metrics.OperatorMetrics;
import java.time.Duration;
import java.util.Map;

/** Times reconciles, and counts those that end in an error. */
record ReconcileMetrics(OperatorMetrics metrics) implements Metrics {
  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    long start = System.nanoTime();
    try {
      return execution.execute();
    } finally {
      metrics.reconciled(execution.controllerName(), Duration.ofNanos(System.nanoTime() - start));
    }
  }

  @Override
  public void failedReconciliation(
      HasMetadata resource, Exception exception, Map<String, Object> metadata) {
    metrics.reconcileFailed(resource.getKind().toLowerCase(java.util.Locale.ROOT));
  }
}
