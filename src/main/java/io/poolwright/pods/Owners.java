package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/** Whose an object is: by UID, never by name, for another may have had that before. */
public final class Owners {
  private Owners() {}

  public static boolean own(HasMetadata object, String uid) {
    return object.getMetadata().getOwnerReferences().stream().anyMatch(o -> uid.equals(o.getUid()));
  }

  /** Whether an object of the same kind owns it, and this one does not. */
  public static boolean ofAnother(HasMetadata object, HasMetadata owner) {
    return !own(object, owner.getMetadata().getUid())
        && object.getMetadata().getOwnerReferences().stream()
            .anyMatch(o ->
                owner.getKind().equals(o.getKind())
                    && owner.getApiVersion().equals(o.getApiVersion()));
  }

  /** What goes with its owner, which controls it. */
  public static OwnerReference by(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }
}
