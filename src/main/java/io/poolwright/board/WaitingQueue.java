package io.poolwright.board;

import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for one pool, in the order of {@link WaitingTask}. They stand in lanes by the
 * slots that they require, so that those which nothing free could take are passed over at once, and
 * within a lane by jobs, so that a job which may not run more of them is; however many wait.
 */
final class WaitingQueue {
  private final TreeMap<Lane, TreeMap<Place, OfJob>> lanes = new TreeMap<>(Lane.ORDER);

  /**
   * Where a task has no room, none that comes after it in its lane has.
   *
   * @param slots that each requires; 1 of job managers, whatever they require: where one of them
   *     has no room a node is kept for it
   * @param instances how many nodes each needs at once; where they are not free those that are may
   *     be kept for it
   */
  record Lane(int slots, boolean manager, boolean dedicated, int instances) {
    private static final Comparator<Lane> ORDER =
        Comparator.comparingInt(Lane::slots)
            .thenComparing(Lane::manager)
            .thenComparing(Lane::dedicated)
            .thenComparingInt(Lane::instances);

    private static Lane of(WaitingTask task) {
      int slots = task.manager() ? 1 : task.slots();
      return new Lane(slots, task.manager(), task.dedicated(), task.instances());
    }

    private static Lane of(FactoryEntry factory) {
      return new Lane(factory.slots(), false, false, 1);
    }
  }

  /** Those of one job in one lane: objects, and what its factory has. */
  static final class OfJob {
    private final TreeSet<WaitingTask> tasks = new TreeSet<>();
    private @Nullable FactoryEntry factory;

    Iterator<WaitingTask> iterator() {
      return factory == null
          ? tasks.iterator()
          : Stream.concat(tasks.stream(), factory.next()).iterator();
    }
  }

  /** The first part of the order of {@link WaitingTask}. */
  record Place(int priority, Instant created, String job) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
        Comparator.comparingInt((Place p) -> -p.priority())
            .thenComparing(Place::created)
            .thenComparing(Place::job);

    static Place of(WaitingTask task) {
      return new Place(task.priority(), task.jobCreated(), task.job());
    }

    private static Place of(FactoryEntry factory) {
      return new Place(factory.priority(), factory.created(), factory.job().name());
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }

  boolean isEmpty() {
    return lanes.isEmpty();
  }

  void add(WaitingTask task) {
    change(Lane.of(task), Place.of(task), j -> j.tasks.add(task));
  }

  void remove(WaitingTask task) {
    change(Lane.of(task), Place.of(task), j -> j.tasks.remove(task));
  }

  /** One that has nothing to give has no place. */
  void add(FactoryEntry factory) {
    boolean gives = !factory.fresh().isEmpty() || !factory.ready().isEmpty();
    change(Lane.of(factory), Place.of(factory), j -> j.factory = gives ? factory : null);
  }

  void remove(FactoryEntry factory) {
    change(Lane.of(factory), Place.of(factory), j -> j.factory = null);
  }

  private void change(Lane lane, Place place, Consumer<OfJob> change) {
    TreeMap<Place, OfJob> jobs = lanes.computeIfAbsent(lane, k -> new TreeMap<>());
    OfJob job = jobs.computeIfAbsent(place, k -> new OfJob());
    change.accept(job);
    if (job.tasks.isEmpty() && job.factory == null) {
      jobs.remove(place);
    }
    if (jobs.isEmpty()) {
      lanes.remove(lane);
    }
  }

  /**
   * @param limit how many at least, as far as so many wait, whether or not they have room
   * @param shares what a job may take besides what it has
   */
  Offer next(int limit, FreeRoom free, Function<String, FreeRoom.Share> shares) {
    return Offer.of(lanes, limit, free, shares);
  }
}
