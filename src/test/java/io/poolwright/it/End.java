package io.poolwright.it;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** How one run of a task's command ends, or why there is none. */
sealed interface End {
  /** The command ends with this code; its outputs are stored. */
  record Exit(int code) implements End {}

  /** It runs until the test says otherwise, or until its pod is deleted. */
  record Hang() implements End {}

  record OutOfMemory() implements End {}

  /** The runner stops it: constraints.maxWallClockTime. */
  record WallClock() implements End {}

  /** Files cannot be had: the command never runs. */
  record StageInFails(String code, String message) implements End {}

  /** The command ends well, but its outputs cannot be stored. */
  record StageOutFails(String code, String message) implements End {}

  /** The kubelet throws the pod out while the command runs. */
  record Evicted() implements End {}

  /**
   * The machine is lost while the command runs: the pod is removed by force, with our finalizer.
   */
  record Vanish() implements End {}

  /** The image cannot be pulled: the command never runs. */
  record PullFails() implements End {}

  End SUCCESS = new Exit(0);

  /** The same each time. */
  static IntFunction<End> always(End end) {
    return run -> end;
  }

  /** These ends one after the other, then success. */
  static IntFunction<End> first(End... ends) {
    return run -> run < ends.length ? ends[run] : SUCCESS;
  }

  /** Counts how often it was asked, which {@code run} does not where the command never ran. */
  static IntFunction<End> tries(End... ends) {
    AtomicInteger tries = new AtomicInteger();
    return run -> {
      int n = tries.getAndIncrement();
      return n < ends.length ? ends[n] : SUCCESS;
    };
  }
}
