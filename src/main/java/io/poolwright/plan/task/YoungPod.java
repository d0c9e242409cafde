package io.poolwright.plan.task;

import io.poolwright.snapshot.PodSeen;
import java.time.Duration;
import java.time.Instant;

/**
 * A pod that has waited for its ledger entry for a moment only: it may be another operator's, which
 * sees more than this one and is about to write the entry. Two whose views contradict each other
 * would otherwise delete each other's pods for as long as both live.
 */
public final class YoungPod {
  /** For how long it is left alone. */
  public static final Duration AGE = Duration.ofSeconds(3);

  private YoungPod() {}

  public static boolean is(PodSeen pod, Instant now) {
    return pod.gated() && !pod.deleting() && pod.created().plus(AGE).isAfter(now);
  }
}
