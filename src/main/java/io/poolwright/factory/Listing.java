package io.poolwright.factory;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The objects in a bucket at one moment.
 *
 * @param keys each once, in the order in which object stores list them: by code points
 */
public record Listing(List<String> keys) {
  public Listing {
    keys = keys.stream().distinct().sorted(Listing::compare).toList();
  }

  public static Listing of(Collection<String> keys) {
    return new Listing(List.copyOf(keys));
  }

  /** String's own order differs beyond U+FFFF, where a character is two surrogates. */
  private static int compare(String one, String other) {
    char[] left = one.toCharArray();
    char[] right = other.toCharArray();
    int at = Arrays.mismatch(left, right);
    if (at < 0 || at == Math.min(left.length, right.length)) {
      return Integer.compare(left.length, right.length);
    }
    boolean oneHigh = Character.isSurrogate(left[at]);
    return oneHigh == Character.isSurrogate(right[at])
        ? Character.compare(left[at], right[at])
        : oneHigh ? 1 : -1;
  }
}
