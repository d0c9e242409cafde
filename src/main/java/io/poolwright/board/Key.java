package io.poolwright.board;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/** A namespace and a name, as one key. */
public record Key(String namespace, String name) {
  public static Key of(HasMetadata object) {
    return new Key(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  /** Resource versions are comparable integers (KEP-5504). */
  public static long version(ObjectMeta meta) {
    return meta.getResourceVersion() == null ? 0 : Long.parseLong(meta.getResourceVersion());
  }
}
