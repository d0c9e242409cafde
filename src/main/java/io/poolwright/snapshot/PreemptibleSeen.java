package io.poolwright.snapshot;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What runs in a pool, as far as tasks of a higher priority may have its room.
 *
 * @param lowest the lowest priority of the jobs whose running tasks may be stopped; null where
 *     there are none
 * @param attempts all that have slots; null as long as nobody needs to know
 * @param kept on which node room was kept for a task that still waits, by JOB/TASK
 */
public record PreemptibleSeen(
    @Nullable Integer lowest, @Nullable List<AttemptSeen> attempts, Map<String, String> kept) {
  public static final PreemptibleSeen NONE = new PreemptibleSeen(null, null, Map.of());

  public PreemptibleSeen {
    attempts = attempts == null ? null : List.copyOf(attempts);
    kept = Map.copyOf(kept);
  }
}
