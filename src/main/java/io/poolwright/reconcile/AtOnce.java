package io.poolwright.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The same write for many things at a time. */
final class AtOnce {
  /**
   * So many of one caller's are under way or wait for a writer. Writers take what comes in turn: a
   * thousand pods that go would keep the ten of another job from starting.
   */
  static final int AHEAD = 64;

  private AtOnce() {}

  /**
   * Returns what became of each, in the order of the things. All are waited for, also where one
   * fails: what is under way is known to nobody else; only where the operator is stopped they are
   * not.
   *
   * @throws IllegalStateException where one failed
   */
  static <T, R> List<R> all(ExecutorService writers, List<T> things, Function<T, R> write) {
    Semaphore ahead = new Semaphore(AHEAD);
    List<Future<R>> under = new ArrayList<>();
    List<R> done = new ArrayList<>();
    @Nullable Throwable failed = null;
    try {
      for (T thing : things) {
        ahead.acquire();
        under.add(writers.submit(() -> write(write, thing, ahead)));
      }
      for (Future<R> each : under) {
        try {
          done.add(each.get());
        } catch (ExecutionException e) {
          failed = failed == null ? e.getCause() : failed;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while something was written", e);
    }
    if (failed != null) {
      throw new IllegalStateException("not all of it could be written", failed);
    }
    return done;
  }

  private static <T, R> R write(Function<T, R> write, T thing, Semaphore ahead) {
    try {
      return write.apply(thing);
    } finally {
      ahead.release();
    }
  }
}
