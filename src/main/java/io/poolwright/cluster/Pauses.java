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
  private final Map<String, String> refusals = new ConcurrentHashMap<>();

  public void pause(String taskUid, Instant time) {
    until.put(taskUid, time);
  }

  /**
   * All tasks of a job's factory.
   *
   * @param why what the API server said
   */
  public void pauseFactory(String jobUid, Instant time, String why) {
    pause(jobUid, time);
    refusals.put(jobUid, why);
  }

  /** Why the last pod of a factory's task was refused; null where it was not. */
  public @Nullable String refusal(String jobUid) {
    return refusals.get(jobUid);
  }

  public @Nullable Instant of(String taskUid) {
    return until.get(taskUid);
  }

  public void forget(String taskUid) {
    until.remove(taskUid);
    refusals.remove(taskUid);
  }
}
