package io.poolwright.board;

import io.poolwright.board.FreeRoom.Share;
import io.poolwright.board.WaitingQueue.Lane;
import io.poolwright.board.WaitingQueue.OfJob;
import io.poolwright.board.WaitingQueue.Place;
import io.poolwright.snapshot.WaitingTask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a look at a pool is given of the tasks that wait: all that would get a node if it were given
 * all that wait. As many tasks of a width as free nodes could take are enough of that width: where
 * one of them has no room when it is its turn, none after it has. So its size is in what is free.
 *
 * @param tasks in the order in which they are to run
 * @param left how many more of a job may have a node, of jobs that have more among these
 */
public record Offer(List<WaitingTask> tasks, Map<String, Integer> left) {
  static final Offer NONE = new Offer(List.of(), Map.of());

  static Offer of(
      SortedMap<Lane, ? extends SortedMap<Place, OfJob>> lanes,
      int limit,
      FreeRoom free,
      Function<String, Share> shares) {
    return new Choice(limit, shares).of(lanes, free);
  }

  /** What becomes of the task that a lane is at. */
  private enum Turn {
    TAKEN,
    /** Neither it nor another of its job in its lane. */
    JOB_IS_DONE,
    LANE_IS_DONE
  }

  private static final class Choice {
    private final Function<String, Share> shares;
    private final Map<String, OneJob> jobs = new HashMap<>();
    private final List<WaitingTask> tasks = new ArrayList<>();

    /** How many more are given that may have no room: a formula of the pool wants to know. */
    private int ahead;

    private Choice(int limit, Function<String, Share> shares) {
      this.ahead = limit;
      this.shares = shares;
    }

    private Offer of(SortedMap<Lane, ? extends SortedMap<Place, OfJob>> lanes, FreeRoom free) {
      PriorityQueue<Cursor> open = new PriorityQueue<>();
      lanes.forEach((lane, of) -> new Cursor(lane, of, free.fits(lane.slots())).nextJob(open));
      for (Cursor at = open.poll(); at != null; at = open.poll()) {
        switch (turn(at)) {
          case TAKEN -> at.next(open);
          case JOB_IS_DONE -> at.nextJob(open);
          case LANE_IS_DONE -> {}
        }
      }
      Map<String, Integer> left = new HashMap<>();
      jobs.forEach((name, job) -> {
        if (job.beyond) {
          left.put(name, job.share.most());
        }
      });
      return new Offer(tasks, left);
    }

    private Turn turn(Cursor at) {
      if (ahead == 0 && at.room == 0) {
        return Turn.LANE_IS_DONE;
      }
      OneJob job = jobs.computeIfAbsent(at.task().job(), j -> new OneJob(shares.apply(j)));
      Share share = job.share;
      int given = job.given.getOrDefault(at.lane, 0);
      if (given >= share.most()) {
        return Turn.JOB_IS_DONE;
      }
      int room = share.room() == null ? at.room : share.room().fits(at.lane.slots()) - given;
      // Of those that a job may run together some may have no room: then it is the turn of others.
      boolean beyond = job.counted >= share.most();
      if (room <= 0 && (beyond || ahead == 0)) {
        return Turn.JOB_IS_DONE;
      }
      if (beyond) {
        job.beyond = true;
      } else {
        job.counted++;
        ahead = Math.max(0, ahead - 1);
        at.room = share.room() == null ? Math.max(0, at.room - 1) : at.room;
      }
      job.given.merge(at.lane, 1, Integer::sum);
      tasks.add(at.task());
      return Turn.TAKEN;
    }
  }

  private static final class OneJob {
    private final Share share;
    private final Map<Lane, Integer> given = new HashMap<>();

    /** Those given as if all of them got a node. */
    private int counted;

    private boolean beyond;

    private OneJob(Share share) {
      this.share = share;
    }
  }

  /** Where a lane is. */
  private static final class Cursor implements Comparable<Cursor> {
    private static final Comparator<WaitingTask> ORDER =
        Comparator.comparing(Place::of)
            .thenComparing(t -> t.index() != null)
            .thenComparing(Comparator.naturalOrder());

    private final Lane lane;
    private final Iterator<OfJob> jobs;
    private Iterator<WaitingTask> tasks = Collections.emptyIterator();
    private @Nullable WaitingTask task;

    /** How many more of the lane could have room. */
    private int room;

    private Cursor(Lane lane, SortedMap<Place, OfJob> jobs, int room) {
      this.lane = lane;
      this.jobs = jobs.values().iterator();
      this.room = room;
    }

    private WaitingTask task() {
      return Objects.requireNonNull(task);
    }

    private void next(PriorityQueue<Cursor> open) {
      if (!tasks.hasNext()) {
        nextJob(open);
        return;
      }
      task = tasks.next();
      open.add(this);
    }

    private void nextJob(PriorityQueue<Cursor> open) {
      tasks = jobs.hasNext() ? jobs.next().iterator() : Collections.emptyIterator();
      if (tasks.hasNext()) {
        next(open);
      } else if (jobs.hasNext()) {
        nextJob(open);
      }
    }

    @Override
    public int compareTo(Cursor other) {
      return ORDER.compare(task(), other.task());
    }
  }
}
