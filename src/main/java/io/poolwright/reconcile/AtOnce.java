package io.poolwright.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/** The same write for many things at a time. */
final class AtOnce {
  private AtOnce() {}

  /**
   * Returns what became of each, in the order of the things. All are waited for, also where one
   * fails: what is under way is known to nobody else.
   *
   * @throws IllegalStateException where one failed
   */
  static <T, R> List<R> all(ExecutorService writers, List<T> things, Function<T, R> write) {
    List<Future<R>> under = new ArrayList<>();
    for (T thing : things) {
      under.add(writers.submit(() -> write.apply(thing)));
    }
    List<R> done = new ArrayList<>();
    Throwable failed = null;
    for (Future<R> each : under) {
      try {
        done.add(each.get());
      } catch (ExecutionException e) {
        failed = e.getCause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped while something was written", e);
      }
    }
    if (failed != null) {
      throw new IllegalStateException("not all of it could be written", failed);
    }
    return done;
  }
}
