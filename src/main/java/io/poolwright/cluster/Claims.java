package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus.Restarting;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.ClaimSeen;
import io.poolwright.snapshot.PoolSeen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose the volume claims of nodes are. A claim belongs to its node pod and dies with it; while the
 * node is rebooted it belongs to the pool. Claims are read live and only then: there is nothing to
 * watch them for.
 */
public final class Claims {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;

  public Claims(KubernetesClient client) {
    this.client = client;
  }

  /** The claims of those nodes that are being restarted and have no pod. */
  public Map<String, ClaimSeen> ofAbsent(PoolSeen seen) {
    Pool pool = seen.pool();
    List<Restarting> restarting = pool.statusOrNew().restarting();
    if (restarting.isEmpty() || !pool.getSpec().node().directoryOrDefault().shared()) {
      return Map.of();
    }
    Set<Integer> there = seen.nodes().stream().map(p -> p.number()).collect(Collectors.toSet());
    Map<String, ClaimSeen> found = new HashMap<>();
    for (Restarting each : restarting) {
      if (!there.contains(each.node())) {
        String node = Names.nodePod(pool.getMetadata().getName(), each.node());
        found.put(node, see(get(pool.getMetadata().getNamespace(), node), pool));
      }
    }
    return found;
  }

  private static ClaimSeen see(@Nullable PersistentVolumeClaim claim, Pool pool) {
    if (claim == null) {
      return ClaimSeen.ABSENT;
    }
    boolean kept = !isGoing(claim) && isOf(claim, pool.getMetadata().getUid());
    return kept ? ClaimSeen.KEPT : ClaimSeen.GOING;
  }

  private @Nullable PersistentVolumeClaim get(String namespace, String node) {
    return client
        .persistentVolumeClaims()
        .inNamespace(namespace)
        .withName(Names.nodeClaim(node))
        .get();
  }

  /**
   * Takes the claim from the node pod that has it, so that it does not go with the pod. Where there
   * is none, or it is going already, there is nothing to keep.
   *
   * @return false where it has changed meanwhile: try again
   */
  public boolean keep(Pool pool, String node, String podUid) {
    PersistentVolumeClaim claim = get(pool.getMetadata().getNamespace(), node);
    if (claim == null || isGoing(claim) || !isOf(claim, podUid)) {
      return true;
    }
    return give(
        claim,
        new OwnerReferenceBuilder()
            .withApiVersion(pool.getApiVersion())
            .withKind(pool.getKind())
            .withName(pool.getMetadata().getName())
            .withUid(pool.getMetadata().getUid())
            .withController(true)
            .build());
  }

  /** Gives the claim that the pool kept to the node pod that came; see {@link #keep}. */
  public boolean handOver(Pool pool, String node, String podUid) {
    PersistentVolumeClaim claim = get(pool.getMetadata().getNamespace(), node);
    if (claim == null || isGoing(claim) || !isOf(claim, pool.getMetadata().getUid())) {
      return true;
    }
    return give(
        claim,
        new OwnerReferenceBuilder()
            .withApiVersion("v1")
            .withKind(new Pod().getKind())
            .withName(node)
            .withUid(podUid)
            .withController(true)
            .build());
  }

  private static boolean isGoing(PersistentVolumeClaim claim) {
    return claim.getMetadata().getDeletionTimestamp() != null;
  }

  private static boolean isOf(PersistentVolumeClaim claim, String uid) {
    return claim.getMetadata().getOwnerReferences().stream()
        .map(OwnerReference::getUid)
        .anyMatch(uid::equals);
  }

  private boolean give(PersistentVolumeClaim claim, OwnerReference owner) {
    Map<String, Object> body =
        Map.of(
            "metadata",
            Map.of(
                "resourceVersion",
                claim.getMetadata().getResourceVersion(),
                "ownerReferences",
                List.of(owner)));
    try {
      client.resource(claim).patch(MERGE, client.getKubernetesSerialization().asJson(body));
      return true;
    } catch (KubernetesClientException e) {
      if (ApiErrors.isConflict(e) || ApiErrors.isAbsent(e)) {
        return false;
      }
      throw e;
    }
  }
}
