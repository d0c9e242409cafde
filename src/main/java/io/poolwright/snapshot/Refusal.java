package io.poolwright.snapshot;

import java.time.Duration;
import java.time.Instant;

/** What the API server said when it refused something the last time, and when. */
public record Refusal(String message, Instant at) {
  /** What was refused is asked again after this long: nobody tells when it would be allowed. */
  public static final Duration PAUSE = Duration.ofSeconds(10);

  public boolean pauses(Instant now) {
    return at.plus(PAUSE).isAfter(now);
  }
}
