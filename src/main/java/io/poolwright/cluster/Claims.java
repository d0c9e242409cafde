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
import io.poolwright.snapshot.PodSeen;
import java.util.List;
import java.util.Map;

/** The claims that hold the directories of nodes. Whoever owns one takes it along when it goes. */
public final class Claims {
  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private final KubernetesClient client;

  public Claims(KubernetesClient client) {
    this.client = client;
  }

  /** The claim lives and dies with this pod from now on. */
  public void adopt(String namespace, String claim, PodSeen pod) {
    Pod owner =
        new PodBuilder()
            .withNewMetadata()
            .withName(pod.name())
            .withUid(pod.uid())
            .endMetadata()
            .build();
    adopt(namespace, claim, owner);
  }

  /**
   * Does nothing where it is so already, or where there is no such claim.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException also where somebody else changed
   *     it meanwhile
   */
  public void adopt(String namespace, String claim, HasMetadata owner) {
    PersistentVolumeClaim found =
        client.persistentVolumeClaims().inNamespace(namespace).withName(claim).get();
    if (found == null || isOwner(found, owner)) {
      return;
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
    client.resource(found).patch(MERGE, client.getKubernetesSerialization().asJson(body));
  }

  private static boolean isOwner(PersistentVolumeClaim claim, HasMetadata owner) {
    List<OwnerReference> owners = claim.getMetadata().getOwnerReferences();
    return owners != null
        && owners.size() == 1
        && owners.getFirst().getUid().equals(owner.getMetadata().getUid());
  }
}
