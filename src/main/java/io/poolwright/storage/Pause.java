package io.poolwright.storage;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How time passes between two tries. */
@FunctionalInterface
public interface Pause {
  Pause REAL =
      duration -> {
        long end = System.nanoTime() + duration.toNanos();
        long left = duration.toNanos();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
          LockSupport.parkNanos(left);
          left = end - System.nanoTime();
        }
      };

  void last(Duration duration);
}
