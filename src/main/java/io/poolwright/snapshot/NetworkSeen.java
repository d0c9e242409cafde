package io.poolwright.snapshot;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What is there of the objects that join the pods of a pool, or keep others away from them; null
 * where there is none that names the pool as its owner.
 */
public record NetworkSeen(@Nullable Service service, @Nullable NetworkPolicy policy) {}
