package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.pool.Pool;
import io.poolwright.plan.pool.PoolPlan;
import io.poolwright.pods.Names;
import java.util.Map;
import java.util.Optional;

/** Writes what a node pod shows: its state, and what cluster autoscalers go by. */
public final class NodeSigns {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;

  public NodeSigns(KubernetesClient client) {
    this.client = client;
  }

  /** In one write. Empty where the pod is gone, or another has its name. */
  public Optional<Pod> show(Pool pool, PoolPlan.Show show) {
    Map<String, String> annotations =
        Names.disruptionMarks(
            show.spare(), pool.getSpec().template(show.pod().spot()).annotations());
    Map<String, Object> body =
        Map.of(
            "metadata",
            Map.of(
                "uid",
                show.pod().uid(),
                "labels",
                Map.of(Names.STATE, show.state()),
                "annotations",
                annotations));
    try {
      return Optional.of(
          client
              .pods()
              .inNamespace(pool.getMetadata().getNamespace())
              .withName(show.pod().name())
              .patch(MERGE, client.getKubernetesSerialization().asJson(body)));
    } catch (KubernetesClientException e) {
      if (ApiErrors.isAbsent(e) || ApiErrors.isConflict(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
