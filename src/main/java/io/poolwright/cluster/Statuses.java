package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.Condition;
import io.poolwright.board.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes status, always on condition of the resourceVersion that was decided from, and remembers
 * what it wrote until the cache has it: not to be right (a lagging decision ends in a 409) but to
 * be quiet.
 */
public final class Statuses {
  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private final KubernetesClient client;
  private final Map<String, CustomResource<?, ?>> written = new ConcurrentHashMap<>();

  public Statuses(KubernetesClient client) {
    this.client = client;
  }

  /**
   * @param fresh an empty object of the same kind, which takes the status
   * @return the object as it is now; empty where somebody else changed it meanwhile, or it is gone:
   *     whatever happened has sent an event
   */
  public <S, T, R extends CustomResource<S, T>> Optional<R> write(R seen, R fresh, T status) {
    ObjectMeta meta = seen.getMetadata();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withName(meta.getName())
            .withNamespace(meta.getNamespace())
            .withUid(meta.getUid())
            .withResourceVersion(meta.getResourceVersion())
            .build());
    fresh.setStatus(status);
    try {
      R now = client.resource(fresh).updateStatus();
      now.getMetadata().setManagedFields(null);
      if (now.getSpec() == null) {
        // The answer could not be read; what was decided from could.
        now.setSpec(seen.getSpec());
      }
      written.put(meta.getUid(), now);
      return Optional.of(now);
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) || ApiErrors.isAbsent(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Writes the conditions alone, and leaves the rest of the status as it is. */
  public void writeConditions(CustomResource<?, ?> seen, List<Condition> conditions) {
    ObjectMeta meta = seen.getMetadata();
    Map<String, Object> body =
        Map.of(
            "metadata", Map.of("resourceVersion", meta.getResourceVersion()),
            "status", Map.of("observedGeneration", meta.getGeneration(), "conditions", conditions));
    try {
      client
          .resource(seen)
          .subresource("status")
          .patch(MERGE, client.getKubernetesSerialization().asJson(body));
    } catch (KubernetesClientException e) {
      if (!ApiErrors.isConflict(e) && !ApiErrors.isAbsent(e)) {
        throw e;
      }
    }
  }

  /** What the cache gave, or what was written since. */
  public <R extends CustomResource<?, ?>> R latest(R cached, Class<R> kind) {
    CustomResource<?, ?> own = written.get(cached.getMetadata().getUid());
    if (own == null) {
      return cached;
    }
    if (Key.version(own.getMetadata()) > Key.version(cached.getMetadata())) {
      return kind.cast(own);
    }
    written.remove(cached.getMetadata().getUid(), own);
    return cached;
  }

  /** Whether we wrote what the cache has not heard of yet. */
  public boolean isAheadOf(CustomResource<?, ?> cached) {
    CustomResource<?, ?> own = written.get(cached.getMetadata().getUid());
    return own != null && Key.version(own.getMetadata()) > Key.version(cached.getMetadata());
  }

  public void forget(String uid) {
    written.remove(uid);
  }
}
