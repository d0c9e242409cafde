package io.poolwright.it;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.jspecify.annotations.Nullable;

/**
 * What the ephemeral volume controller and the garbage collector do with the claims of node pods.
 */
final class NodeClaims {
  private NodeClaims() {}

  static void make(KubernetesClient client, Pod pod) {
    boolean ephemeral =
        pod.getSpec().getVolumes().stream()
            .anyMatch(v -> v.getName().equals("node") && v.getEphemeral() != null);
    if (!ephemeral) {
      return;
    }
    try {
      client
          .resource(
              new PersistentVolumeClaimBuilder()
                  .withNewMetadata()
                  .withName(pod.getMetadata().getName() + "-node")
                  .withNamespace(pod.getMetadata().getNamespace())
                  .addNewOwnerReference()
                  .withApiVersion("v1")
                  .withKind("Pod")
                  .withName(pod.getMetadata().getName())
                  .withUid(pod.getMetadata().getUid())
                  .withController(true)
                  .withBlockOwnerDeletion(true)
                  .endOwnerReference()
                  .endMetadata()
                  .withSpec(
                      pod.getSpec().getVolumes().stream()
                          .filter(v -> v.getName().equals("node"))
                          .findFirst()
                          .orElseThrow()
                          .getEphemeral()
                          .getVolumeClaimTemplate()
                          .getSpec())
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 409) {
        throw e;
      }
    }
  }

  static @Nullable PersistentVolumeClaim get(
      KubernetesClient client, String namespace, String node) {
    return client.persistentVolumeClaims().inNamespace(namespace).withName(node + "-node").get();
  }

  /** What belonged to a pod that is gone goes. */
  static void collect(KubernetesClient client, Pod gone) {
    String namespace = gone.getMetadata().getNamespace();
    PersistentVolumeClaim claim = get(client, namespace, gone.getMetadata().getName());
    boolean its =
        claim != null
            && claim.getMetadata().getOwnerReferences().stream()
                .allMatch(o -> o.getUid().equals(gone.getMetadata().getUid()));
    if (its) {
      client
          .resource(claim)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"metadata\":{\"resourceVersion\":\""
                  + claim.getMetadata().getResourceVersion()
                  + "\",\"finalizers\":null}}");
      client
          .persistentVolumeClaims()
          .inNamespace(namespace)
          .withName(claim.getMetadata().getName())
          .delete();
    }
  }
}
