package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import org.jspecify.annotations.Nullable;

/** Events of our own for the objects of one kind. */
final class WakeSource<R extends HasMetadata> extends SimpleInboundEventSource<R> {
  private @Nullable Cache<R> cache;

  WakeSource(String name) {
    super(name);
  }

  /**
   * @param primaries all objects of the kind
   */
  WakeSource<R> of(Cache<R> primaries) {
    cache = primaries;
    return this;
  }

  /**
   * JOSDK drops what happens to an object while it works off the deletion of another of its name,
   * the creation included, and takes no events but creations of an object that it does not know.
   */
  void deletionDone(ResourceID id) {
    if (cache != null && isRunning()) {
      cache
          .get(id)
          .ifPresent(
              r -> getEventHandler().handleEvent(new ResourceEvent(ResourceAction.ADDED, id, r)));
    }
  }
}
