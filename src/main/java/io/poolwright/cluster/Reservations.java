package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.snapshot.PodSeen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes what running pods request, in place (the {@code resize} subresource). */
public final class Reservations {
  /** A merge patch would take the limits away, which is refused. */
  private static final PatchContext STRATEGIC =
      new PatchContext.Builder().withPatchType(PatchType.STRATEGIC_MERGE).build();

  private static final int REMEMBERED = 4096;

  private final KubernetesClient client;

  /** What was asked for last, by UID, so that a lagging cache does not make us ask twice. */
  private final Map<String, Map<String, Quantity>> asked =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Quantity>> eldest) {
          return size() > REMEMBERED;
        }
      };

  public Reservations(KubernetesClient client) {
    this.client = client;
  }

  /**
   * @return why the API server does not allow it; empty where it does, or the pod is gone
   */
  public Optional<String> resize(
      String namespace, PodSeen pod, String container, Map<String, Quantity> requests) {
    synchronized (asked) {
      if (requests.equals(asked.put(pod.uid(), requests))) {
        return Optional.empty();
      }
    }
    Map<String, Object> body =
        Map.of(
            "metadata", Map.of("uid", pod.uid()),
            "spec",
                Map.of(
                    "containers",
                    List.of(Map.of("name", container, "resources", Map.of("requests", requests)))));
    Pod target =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(pod.name())
            .endMetadata()
            .build();
    try {
      client
          .pods()
          .resource(target)
          .subresource("resize")
          .patch(STRATEGIC, client.getKubernetesSerialization().asJson(body));
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) || isPodGone(e)) {
        return Optional.empty();
      }
      if (ApiErrors.isRefused(e) || ApiErrors.isAbsent(e)) {
        return Optional.of(ApiErrors.message(e));
      }
      synchronized (asked) {
        asked.remove(pod.uid());
      }
      throw e;
    }
  }

  /** An API server without the subresource answers 404, too, but names no object. */
  private static boolean isPodGone(KubernetesClientException e) {
    return ApiErrors.isAbsent(e)
        && e.getStatus() != null
        && e.getStatus().getDetails() != null
        && e.getStatus().getDetails().getName() != null;
  }
}
