package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus.Restart;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.ClaimSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The claims that hold the directories of nodes. Whoever owns one takes it along when it goes. */
public final class Claims {
  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private final KubernetesClient client;

  public Claims(KubernetesClient client) {
    this.client = client;
  }

  /**
   * With the claims of the nodes that are being made anew and have no pod: read live and only then,
   * since there is nothing to watch claims for.
   */
  public PoolSeen see(PoolSeen seen) {
    Pool pool = seen.pool();
    List<Restart> restarting = pool.statusOrNew().restarting();
    if (restarting.isEmpty() || !pool.getSpec().node().directoryOrDefault().shared()) {
      return seen;
    }
    Set<Integer> there = seen.nodes().stream().map(PodSeen::number).collect(Collectors.toSet());
    Map<String, ClaimSeen> found = new HashMap<>();
    for (Restart each : restarting) {
      if (!there.contains(each.node())) {
        String node = Names.nodePod(pool.getMetadata().getName(), each.node());
        found.put(node, see(get(pool.getMetadata().getNamespace(), Names.nodeClaim(node)), pool));
      }
    }
    return found.isEmpty() ? seen : seen.withClaims(found);
  }

  private static ClaimSeen see(@Nullable PersistentVolumeClaim claim, Pool pool) {
    if (claim == null) {
      return ClaimSeen.ABSENT;
    }
    boolean kept = claim.getMetadata().getDeletionTimestamp() == null && isOwner(claim, pool);
    return kept ? ClaimSeen.KEPT : ClaimSeen.GOING;
  }

  private @Nullable PersistentVolumeClaim get(String namespace, String claim) {
    return client.persistentVolumeClaims().inNamespace(namespace).withName(claim).get();
  }

  /**
   * The claim lives and dies with this pod from now on. Returns what the API server said where it
   * refused.
   */
  public Optional<String> adopt(String namespace, String claim, PodSeen pod) {
    Pod owner =
        new PodBuilder()
            .withNewMetadata()
            .withName(pod.name())
            .withUid(pod.uid())
            .endMetadata()
            .build();
    return adopt(namespace, claim, owner);
  }

  /**
   * Does nothing where it is so already, or where there is no such claim. Returns what the API
   * server said where it refused.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException also where somebody else changed
   *     it meanwhile
   */
  public Optional<String> adopt(String namespace, String claim, HasMetadata owner) {
    PersistentVolumeClaim found = get(namespace, claim);
    if (found == null || isOwner(found, owner)) {
      return Optional.empty();
    }
    OwnerReference reference =
        new OwnerReferenceBuilder()
            .withApiVersion(owner.getApiVersion())
            .withKind(owner.getKind())
            .withName(owner.getMetadata().getName())
            .withUid(owner.getMetadata().getUid())
            .withController(true)
            .withBlockOwnerDeletion(true)
            .build();
    Map<String, Object> body =
        Map.of(
            "metadata",
            Map.of(
                "resourceVersion",
                found.getMetadata().getResourceVersion(),
                "ownerReferences",
                List.of(reference)));
    return ApiErrors.refusalOf(() ->
        client.resource(found).patch(MERGE, client.getKubernetesSerialization().asJson(body)));
  }

  private static boolean isOwner(PersistentVolumeClaim claim, HasMetadata owner) {
    List<OwnerReference> owners = claim.getMetadata().getOwnerReferences();
    return owners != null
        && owners.size() == 1
        && owners.getFirst().getUid().equals(owner.getMetadata().getUid());
  }
}
