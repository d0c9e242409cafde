package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.pool.Pool;
import io.poolwright.plan.job.AutoPool;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The writes on pools that are made for jobs. Each is safe to be done twice. */
public final class AutoPools {
  private static final PatchContext JSON = PatchContext.of(PatchType.JSON);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private static final String POOLS =
      "/apis/"
          + HasMetadata.getApiVersion(Pool.class)
          + "/namespaces/%s/"
          + HasMetadata.getPlural(Pool.class)
          + "/";

  private final KubernetesClient client;

  public AutoPools(KubernetesClient client) {
    this.client = client;
  }

  /** Returns what the API server said where it refused. */
  public Optional<String> apply(AutoPool.Step step) {
    return switch (step) {
      case AutoPool.Make make -> make(make.pool());
      case AutoPool.Change change -> change(change);
      case AutoPool.Own own -> own(own);
      case AutoPool.Remove remove -> {
        remove(remove.pool());
        yield Optional.empty();
      }
    };
  }

  private Optional<String> make(Pool pool) {
    try {
      client.resource(pool).create();
    } catch (KubernetesClientException e) {
      if (ApiErrors.alreadyExists(e)) {
        return Optional.empty();
      }
      if (!ApiErrors.isRefused(e)) {
        throw e;
      }
      // A quota that this pool has filled refuses it a second time before its name is looked at.
      return client.resource(pool).get() == null
          ? Optional.of(ApiErrors.message(e))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private Optional<String> change(AutoPool.Change change) {
    Pool pool = change.pool();
    List<Map<String, Object>> patch =
        List.of(
            // Late, it would undo what was decided since.
            Map.of(
                "op",
                "test",
                "path",
                "/metadata/resourceVersion",
                "value",
                pool.getMetadata().getResourceVersion()),
            Map.of("op", "replace", "path", "/spec", "value", change.spec()),
            Map.of(
                "op",
                "add",
                "path",
                "/metadata/annotations/" + Names.AUTO_POOL_SPEC.replace("/", "~1"),
                "value",
                JobPool.mark(change.spec())));
    try {
      client.resource(pool).patch(JSON, client.getKubernetesSerialization().asJson(patch));
    } catch (KubernetesClientException e) {
      if (!ApiErrors.isRefused(e) && !ApiErrors.isConflict(e) && !ApiErrors.isAbsent(e)) {
        throw e;
      }
      return isAsSeen(pool) ? Optional.of(ApiErrors.message(e)) : Optional.empty();
    }
    return Optional.empty();
  }

  /** A test in a patch that fails is answered like a patch that is not allowed. */
  private boolean isAsSeen(Pool pool) {
    Pool now = client.resource(pool).get();
    return now != null
        && now.getMetadata().getResourceVersion().equals(pool.getMetadata().getResourceVersion());
  }

  private Optional<String> own(AutoPool.Own own) {
    Pool pool = own.pool();
    List<OwnerReference> owners = new ArrayList<>(pool.getMetadata().getOwnerReferences());
    owners.removeIf(o -> o.getUid().equals(own.owner().getUid()));
    if (own.owned()) {
      owners.add(own.owner());
    }
    Map<String, Object> patch =
        Map.of(
            "metadata",
            Map.of(
                "uid",
                pool.getMetadata().getUid(),
                "resourceVersion",
                pool.getMetadata().getResourceVersion(),
                "ownerReferences",
                owners));
    try {
      client.resource(pool).patch(MERGE, client.getKubernetesSerialization().asJson(patch));
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) || ApiErrors.isAbsent(e)) {
        // As it is now it comes again.
        return Optional.empty();
      }
      if (!ApiErrors.isRefused(e)) {
        throw e;
      }
      return Optional.of(ApiErrors.message(e));
    }
    return Optional.empty();
  }

  public void remove(Pool pool) {
    boolean _ =
        Deletion.of(
            client,
            POOLS.formatted(pool.getMetadata().getNamespace()) + pool.getMetadata().getName(),
            pool.getMetadata().getUid(),
            null);
  }
}
