package io.poolwright.reconcile;

import io.poolwright.api.job.Job;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Attempts of tasks begin by a write to their Task, and their job ends, or is disabled, by a write
 * to the Job: no resourceVersion covers both. So no attempt begins between the count that finds
 * nothing running and the write that says so. Nobody waits: who cannot go on now looks again.
 */
public final class Beginnings {
  private final Map<String, ReadWriteLock> locks = new ConcurrentHashMap<>();

  /**
   * Keeps the job from ending, or being disabled, while an attempt of one of its tasks begins.
   * Empty where that is what it is about to do.
   */
  Optional<Hold> begin(Job job) {
    return hold(lock(job).readLock());
  }

  /** Keeps attempts of the job's tasks from beginning. Empty where one is about to. */
  Optional<Hold> close(Job job) {
    return hold(lock(job).writeLock());
  }

  /** Is over when it is closed, by whoever has it. */
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  private static Optional<Hold> hold(Lock lock) {
    return lock.tryLock() ? Optional.of(lock::unlock) : Optional.empty();
  }

  private ReadWriteLock lock(Job job) {
    return locks.computeIfAbsent(job.getMetadata().getUid(), k -> new ReentrantReadWriteLock());
  }

  void forget(Job job) {
    locks.remove(job.getMetadata().getUid());
  }
}
