package io.poolwright.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * Tasks of which one is named for all.
 *
 * @param count how many there are
 * @param first the first of them, with its reason; null where there is none
 */
public record FirstOf(int count, @Nullable String first) {
  public static final FirstOf NONE = new FirstOf(0, null);

  public boolean isEmpty() {
    return count == 0;
  }
}
