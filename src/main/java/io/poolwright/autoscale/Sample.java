package io.poolwright.autoscale;

import java.time.Instant;

/**
 * One reading of a sampled variable.
 *
 * @param time in the years 1 to 9999
 * @param value finite
 */
public record Sample(Instant time, double value) {
  public Sample {
    Times.require(time);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a sample must be finite, not " + value);
    }
  }
}
