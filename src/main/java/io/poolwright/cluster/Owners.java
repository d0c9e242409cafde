package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Whose an object is: by UID, never by name, for another may have had that before. */
final class Owners {
  private Owners() {}

  static boolean own(HasMetadata object, String uid) {
    return object.getMetadata().getOwnerReferences().stream().anyMatch(o -> uid.equals(o.getUid()));
  }
}
