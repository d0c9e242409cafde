package io.poolwright.autoscale;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All that an evaluation may look at.
 *
 * @param now in the years 1 to 9999
 * @param dedicated the pool's present size: what {@code $TargetDedicatedNodes} reads as until the
 *     formula assigns it, and {@code $CurrentDedicatedNodes} where no sample of it exists
 * @param lowPriority the same for Spot nodes
 * @param option what {@code $NodeDeallocationOption} is until the formula assigns it; Azure's is
 *     requeue
 * @param samples in any order; those after {@code now} do not exist yet
 */
public record Surroundings(
    Instant now,
    int dedicated,
    int lowPriority,
    NodeDeallocationOption option,
    Map<Metric, List<Sample>> samples) {
  public Surroundings {
    Times.require(now);
    samples = Map.copyOf(samples);
  }

  /** Whether a time is one that a formula can reckon with. */
  public static boolean admits(Instant time) {
    return Times.isKnown(time);
  }
}
