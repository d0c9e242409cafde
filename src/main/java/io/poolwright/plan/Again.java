package io.poolwright.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When to look again though nothing happens; null for no need. */
public final class Again {
  private Again() {}

  /** The sooner of two. */
  public static @Nullable Duration sooner(@Nullable Duration one, @Nullable Duration other) {
    return one == null || (other != null && other.compareTo(one) < 0) ? other : one;
  }
}
