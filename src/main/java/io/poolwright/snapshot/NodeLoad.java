package io.poolwright.snapshot;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What runs on a node and what ran there last, counted from the tasks that exist.
 *
 * @param managers of those that run, the ones that are their jobs' managers
 * @param completed of those that ran there last
 * @param lastEnd when the last of the completed ended; null where none has
 */
public record NodeLoad(
    int running, int managers, int completed, int succeeded, @Nullable Instant lastEnd) {
  public static final NodeLoad NONE = new NodeLoad(0, 0, 0, 0, null);
}
