package io.poolwright.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * What completed tasks of a job ask to be done to it (section 7.4 of the reference).
 *
 * @param terminate the first task that ends the job; null where there is none
 * @param disables how many tasks disable it
 * @param disable the last of these; null where there is none
 */
public record ExitActionsSeen(@Nullable String terminate, int disables, @Nullable String disable) {
  public static final ExitActionsSeen NONE = new ExitActionsSeen(null, 0, null);
}
