package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.pool.Pool;
import io.poolwright.plan.pool.PoolPlan;
import io.poolwright.pods.Names;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes what a node pod shows: its state, and what cluster autoscalers go by. Work does not depend
 * on it: where a policy of the cluster forbids it, it is not asked for again and again.
 */
public final class NodeSigns {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  /** What was forbidden may be allowed later; nothing tells. */
  private static final Duration PAUSE = Duration.ofMinutes(10);

  private static final int REMEMBERED = 10_000;

  private final KubernetesClient client;
  private final Clock clock;

  /** Until when what a policy forbade is not asked for again. */
  private final Map<Asked, Instant> forbidden =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Asked, Instant> eldest) {
              return size() > REMEMBERED;
            }
          });

  private record Asked(String uid, String state) {}

  public NodeSigns(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** What became of it. */
  public sealed interface Written {}

  public record Shown(Pod pod) implements Written {}

  /** The API server forbade it, in these words. */
  public record Forbidden(String message) implements Written {}

  /** The pod is gone, another has its name, or it was forbidden not long ago. */
  public record Left() implements Written {}

  /** In one write. */
  public Written show(Pool pool, PoolPlan.Show show) {
    Asked asked = new Asked(show.pod().uid(), show.state());
    if (forbidden.getOrDefault(asked, Instant.MIN).isAfter(clock.instant())) {
      return new Left();
    }
    try {
      return new Shown(write(pool, show));
    } catch (KubernetesClientException e) {
      if (ApiErrors.isAbsent(e) || ApiErrors.isConflict(e)) {
        return new Left();
      }
      if (ApiErrors.isRefused(e)) {
        forbidden.put(asked, clock.instant().plus(PAUSE));
        return new Forbidden(ApiErrors.message(e));
      }
      throw e;
    }
  }

  private Pod write(Pool pool, PoolPlan.Show show) {
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
    return client
        .pods()
        .inNamespace(pool.getMetadata().getNamespace())
        .withName(show.pod().name())
        .patch(MERGE, client.getKubernetesSerialization().asJson(body));
  }
}
