package io.poolwright.autoscale;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What becomes of the tasks on a node that leaves the pool (§3.4); Azure's default is the first.
 */
public enum NodeDeallocationOption {
  REQUEUE,
  TERMINATE,
  TASKCOMPLETION,
  RETAINEDDATA;

  /** The bare word of a formula. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<NodeDeallocationOption> named(String word) {
    return Arrays.stream(values()).filter(o -> o.word().equals(word)).findFirst();
  }
}
