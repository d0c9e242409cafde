package io.poolwright.main;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.poolwright.metrics.OperatorMetrics;
import io.poolwright.reconcile.Wakes;
import java.time.Duration;
import java.util.Map;

/** Times reconciles, and counts those that end in an error. */
record ReconcileMetrics(OperatorMetrics metrics, Wakes wakes) implements Metrics {
  /** Nothing else tells that JOSDK is done with a deletion. */
  @Override
  public void cleanupDoneFor(ResourceID id, Map<String, Object> metadata) {
    if (metadata.get(Constants.RESOURCE_GVK_KEY) instanceof GroupVersionKind kind) {
      wakes.deletionDone(kind.getKind(), id);
    }
  }

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
