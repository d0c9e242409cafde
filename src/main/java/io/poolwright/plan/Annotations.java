package io.poolwright.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that an object's annotations make once: a value that the status does not have yet is a
 * new one. Unlike a field of the spec it stands in nobody's manifest, and unlike an annotation that
 * we would take away it costs no second write.
 */
public final class Annotations {
  private static final int LONGEST = 256;

  private Annotations() {}

  /** What the annotation says, as far as a status keeps it. */
  public static Optional<String> request(HasMetadata object, String annotation) {
    Map<String, String> all = object.getMetadata().getAnnotations();
    return Optional.ofNullable(all == null ? null : all.get(annotation))
        .filter(v -> !v.isEmpty())
        .map(v -> v.length() > LONGEST ? v.substring(0, LONGEST) : v);
  }
}
