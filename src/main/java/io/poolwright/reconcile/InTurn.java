package io.poolwright.reconcile;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One step after the other, also where one fails: what failed is thrown after the last. */
final class InTurn {
  private @Nullable RuntimeException failed;

  void take(Runnable step) {
    ask(() -> {
      step.run();
      return true;
    });
  }

  /** Empty where it failed. */
  <T> Optional<T> ask(Supplier<T> step) {
    try {
      return Optional.of(step.get());
    } catch (RuntimeException e) {
      if (failed == null) {
        failed = e;
      } else {
        failed.addSuppressed(e);
      }
      return Optional.empty();
    }
  }

  void end() {
    if (failed != null) {
      throw failed;
    }
  }
}
