package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.Refusal;
import java.time.Clock;
import java.time.Instant;
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

  /**
   * @param refused what the API server said where it did not do it
   */
  private record Asked(Map<String, Quantity> requests, Instant at, Optional<String> refused) {}

  private final KubernetesClient client;
  private final Clock clock;

  /**
   * What was asked for last, by UID, so that neither a lagging cache nor a refusal makes us ask all
   * the time.
   */
  private final Map<String, Asked> asked =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
          return size() > REMEMBERED;
        }
      };

  public Reservations(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * @return why the API server does not allow it, or did not a moment ago; empty where it does, or
   *     the pod is gone
   */
  public Optional<String> resize(
      String namespace, PodSeen pod, String container, Map<String, Quantity> requests) {
    Instant now = clock.instant();
    Optional<Asked> last = last(pod.uid(), requests, now);
    if (last.isPresent()) {
      return last.get().refused();
    }
    // What fails is not remembered: it is asked again at the next look.
    synchronized (asked) {
      asked.remove(pod.uid());
    }
    Optional<String> refused = Optional.empty();
    try {
      patch(namespace, pod, container, requests);
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) || isPodGone(e)) {
        return Optional.empty();
      }
      if (!ApiErrors.isRefused(e) && !ApiErrors.isAbsent(e)) {
        throw e;
      }
      refused =
          Optional.of(
              ApiErrors.isAbsent(e)
                  ? "this cluster cannot change what running pods request, which needs Kubernetes 1.33 ("
                      + ApiErrors.message(e)
                      + ")"
                  : ApiErrors.message(e));
    }
    synchronized (asked) {
      asked.put(pod.uid(), new Asked(requests, now, refused));
    }
    return refused;
  }

  private Optional<Asked> last(String uid, Map<String, Quantity> requests, Instant now) {
    synchronized (asked) {
      return Optional.ofNullable(asked.get(uid))
          .filter(a -> a.requests().equals(requests))
          .filter(a -> a.at().plus(Refusal.PAUSE).isAfter(now));
    }
  }

  private void patch(
      String namespace, PodSeen pod, String container, Map<String, Quantity> requests) {
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
    client
        .pods()
        .resource(target)
        .subresource("resize")
        .patch(STRATEGIC, client.getKubernetesSerialization().asJson(body));
  }

  /** An API server without the subresource answers 404, too, but names no object. */
  private static boolean isPodGone(KubernetesClientException e) {
    return ApiErrors.isAbsent(e)
        && e.getStatus() != null
        && e.getStatus().getDetails() != null
        && e.getStatus().getDetails().getName() != null;
  }
}
