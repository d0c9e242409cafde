package io.poolwright.cluster;

import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for one pool, in the order of {@link WaitingTask}. They stand by jobs, so
 * that a job which may not run more of them is passed over at once, however many wait.
 */
final class WaitingQueue {
  private static final Comparator<Place> ORDER =
      Comparator.comparingInt((Place p) -> -p.priority())
          .thenComparing(Place::created)
          .thenComparing(Place::job);

  private final TreeMap<Place, OfJob> jobs = new TreeMap<>(ORDER);

  /** Those of one job that wait: objects, and what its factory has. */
  private static final class OfJob {
    private final TreeSet<WaitingTask> tasks = new TreeSet<>();
    private @Nullable FactoryEntry factory;

    private boolean isEmpty() {
      return tasks.isEmpty() && factory == null;
    }

    private void next(int most, List<WaitingTask> into) {
      int before = into.size();
      tasks.stream().limit(most).forEach(into::add);
      if (factory != null) {
        into.addAll(factory.next(most - (into.size() - before)));
      }
    }
  }

  /** The first part of the order of {@link WaitingTask}. */
  private record Place(int priority, Instant created, String job) {
    private static Place of(WaitingTask task) {
      return new Place(task.priority(), task.jobCreated(), task.job());
    }

    private static Place of(FactoryEntry factory) {
      return new Place(factory.priority(), factory.created(), factory.job().name());
    }
  }

  boolean isEmpty() {
    return jobs.isEmpty();
  }

  void add(WaitingTask task) {
    jobs.computeIfAbsent(Place.of(task), k -> new OfJob()).tasks.add(task);
  }

  /** One that has nothing to give has no place. */
  void add(FactoryEntry factory) {
    if (!factory.fresh().isEmpty() || !factory.ready().isEmpty()) {
      jobs.computeIfAbsent(Place.of(factory), k -> new OfJob()).factory = factory;
    }
  }

  void remove(FactoryEntry factory) {
    OfJob job = jobs.get(Place.of(factory));
    if (job != null) {
      job.factory = null;
      if (job.isEmpty()) {
        jobs.remove(Place.of(factory));
      }
    }
  }

  void remove(WaitingTask task) {
    OfJob job = jobs.get(Place.of(task));
    if (job != null) {
      job.tasks.remove(task);
      if (job.isEmpty()) {
        jobs.remove(Place.of(task));
      }
    }
  }

  /**
   * @param left how many more tasks of a job may have a node
   */
  List<WaitingTask> next(int limit, ToIntFunction<String> left) {
    List<WaitingTask> next = new ArrayList<>();
    for (var job : jobs.entrySet()) {
      int most = Math.min(limit - next.size(), left.applyAsInt(job.getKey().job()));
      if (most > 0) {
        job.getValue().next(most, next);
      }
      if (next.size() >= limit) {
        break;
      }
    }
    return next;
  }
}
