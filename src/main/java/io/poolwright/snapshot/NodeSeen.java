package io.poolwright.snapshot;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node as its preparation for a job sees it.
 *
 * @param rebootedFrom UID of the pod that it was before, where it kept that one's directory
 * @param present whether its directory is still there
 * @param stays whether it is not on its way out
 * @param takesTasks whether it would run tasks now
 * @param silentSince since when its machine does not answer; null where it does
 * @param ofPool whether it belongs to the pool that the job names now
 */
public record NodeSeen(
    String name,
    String uid,
    @Nullable String rebootedFrom,
    boolean present,
    boolean stays,
    boolean takesTasks,
    @Nullable Instant silentSince,
    boolean ofPool) {}
