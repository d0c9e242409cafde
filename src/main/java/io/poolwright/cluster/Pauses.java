package io.poolwright.cluster;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tasks whose pod the API server refused, and when each may be tried again. Lost at a restart,
 * which tries once more.
 */
public final class Pauses {
  private final Map<String, Instant> until = new ConcurrentHashMap<>();

  public void pause(String taskUid, Instant time) {
    until.put(taskUid, time);
  }

  public @Nullable Instant of(String taskUid) {
    return until.get(taskUid);
  }

  public void forget(String taskUid) {
    until.remove(taskUid);
  }
}
