package io.poolwright.plan.task;

import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.StageReport;
import java.time.Duration;
import java.time.Instant;

/**
 * How long the pod of what is over stays to be read: that of a failure until retention ends; that
 * of a success only where its output is nowhere else, and not for long, for there may be very many.
 */
public final class KeptPod {
  /** How long the pod of a success stays whose output is stored nowhere. */
  static final Duration UNSTORED = Duration.ofMinutes(10);

  private KeptPod() {}

  /** From now on; not positive where it has to go. */
  public static Duration left(
      PodSeen pod, boolean failed, String endTime, Duration retention, Instant now) {
    Duration most = failed ? retention : logsAreNowhere(pod) ? UNSTORED : Duration.ZERO;
    Duration keep = retention.compareTo(most) < 0 ? retention : most;
    return Duration.between(now, Instant.parse(endTime).plus(keep));
  }

  private static boolean logsAreNowhere(PodSeen pod) {
    return pod.container("stage-out")
        .flatMap(PodSeen.ContainerSeen::terminated)
        .flatMap(t -> StageReport.read(t.message()))
        .map(StageReport::logsAreOnlyHere)
        .orElse(false);
  }
}
