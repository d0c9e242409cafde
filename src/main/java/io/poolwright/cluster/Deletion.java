package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/**
 * The deletion of an object that was seen, and of no other that has its name since. The typed
 * client can make a deletion depend on the resourceVersion only.
 */
final class Deletion {
  private Deletion() {}

  /**
   * @param path of the object in the API
   * @param version where it must not have changed at all since it was seen
   * @return whether it is, or is being, deleted, or is gone; false where it is not as it was seen
   */
  static boolean of(KubernetesClient client, String path, String uid, @Nullable String version) {
    DeleteOptions options =
        new DeleteOptionsBuilder()
            .withNewPreconditions(version, uid)
            .withPropagationPolicy("Background")
            .build();
    try {
      client.raw(path, "DELETE", options);
      return true;
    } catch (KubernetesClientException e) {
      if (!ApiErrors.isAbsent(e) && !ApiErrors.isConflict(e)) {
        throw e;
      }
      return ApiErrors.isAbsent(e);
    }
  }
}
