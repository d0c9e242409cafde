package io.poolwright.snapshot;

import java.time.Duration;
import java.time.Instant;

/**
 * Inline tasks of a job that could not be made; told of is the first.
 *
 * @param tried up to where the job's tasks were tried
 * @param places which of those could not be made: {@code 3,7-9}
 * @param taken whether its name is somebody else's; otherwise the API server refused it
 * @param message which it is, why, and what to do
 * @param at when it was tried
 */
public record UnmadeSeen(int tried, String places, boolean taken, String message, Instant at) {
  /** Nobody tells when it could be made. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** How long it is not tried again; zero or less where it is to be. */
  public Duration left(Instant now) {
    return Duration.between(now, at.plus(PAUSE));
  }
}
