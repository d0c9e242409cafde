package io.poolwright.cluster;

import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * The tasks that wait for one pool, in the order of {@link WaitingTask}. They stand by jobs, so
 * that a job which may not run more of them is passed over at once, however many wait.
 */
final class WaitingQueue {
  private static final Comparator<Place> ORDER =
      Comparator.comparingInt((Place p) -> -p.priority())
          .thenComparing(Place::created)
          .thenComparing(Place::job);

  private final TreeMap<Place, TreeSet<WaitingTask>> jobs = new TreeMap<>(ORDER);

  /** The first part of the order of {@link WaitingTask}. */
  private record Place(int priority, Instant created, String job) {
    private static Place of(WaitingTask task) {
      return new Place(task.priority(), task.jobCreated(), task.job());
    }
  }

  boolean isEmpty() {
    return jobs.isEmpty();
  }

  void add(WaitingTask task) {
    jobs.computeIfAbsent(Place.of(task), k -> new TreeSet<>()).add(task);
  }

  void remove(WaitingTask task) {
    TreeSet<WaitingTask> tasks = jobs.get(Place.of(task));
    if (tasks != null) {
      tasks.remove(task);
      if (tasks.isEmpty()) {
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
        job.getValue().stream().limit(most).forEach(next::add);
      }
      if (next.size() >= limit) {
        break;
      }
    }
    return next;
  }
}
