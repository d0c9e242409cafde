package io.poolwright.board;

import io.poolwright.api.task.DependsOn;
import io.poolwright.api.task.DependsOn.TaskIdRange;
import io.poolwright.factory.Ranges;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a job's factory as those see them that depend on them: there are very many of the
 * former and few of the latter, so what a task depends on is found when it is asked for.
 *
 * @param size how many the factory makes; their ids are 0 to size − 1
 */
record FactoryParents(long size, Ranges satisfied, Ranges blocked, Ranges failing) {
  /** Of a job that has no factory, or one that is not known yet. */
  static final FactoryParents NONE = new FactoryParents(0, Ranges.NONE, Ranges.NONE, Ranges.NONE);

  static FactoryParents of(@Nullable FactoryEntry factory) {
    return factory == null
        ? NONE
        : new FactoryParents(
            factory.counts().total(), factory.satisfied(), factory.blocked(), factory.failing());
  }

  /**
   * @param open how many are not over, or do not let it run
   * @param blocker the first that is over and keeps it from running; null where there is none
   * @param failing the first that is over and fails it; null where there is none
   */
  record Seen(long open, @Nullable String blocker, @Nullable String failing) {
    /** How many are open is nothing to look again for, while some are. */
    boolean decidesAs(Seen other) {
      return (open == 0) == (other.open == 0)
          && Objects.equals(blocker, other.blocker)
          && Objects.equals(failing, other.failing);
    }
  }

  /**
   * @param others how many are open when those of the factory are not counted as over
   */
  Seen seenBy(DependsOn on, long others) {
    long over = on.taskIds().stream().distinct().filter(this::satisfied).count();
    for (TaskIdRange range : on.taskIdRanges()) {
      over += satisfied.count(range.start(), range.end());
    }
    return new Seen(Math.max(0, others - over), first(on, blocked), first(on, failing));
  }

  private static @Nullable String first(DependsOn on, Ranges indexes) {
    if (indexes.isEmpty()) {
      return null;
    }
    for (String id : on.taskIds()) {
      long index = index(id);
      if (index >= 0 && indexes.contains(index)) {
        return id;
      }
    }
    List<TaskIdRange> ranges = on.taskIdRanges();
    for (TaskIdRange range : ranges) {
      long next = indexes.next(range.start());
      if (next >= 0 && next <= range.end()) {
        return Long.toString(next);
      }
    }
    return null;
  }

  boolean has(String id) {
    long index = index(id);
    return index >= 0 && index < size;
  }

  boolean satisfied(String id) {
    long index = index(id);
    return index >= 0 && satisfied.contains(index);
  }

  boolean satisfied(int number) {
    return satisfied.contains(number);
  }

  /** The first number from this one on that no task of the factory satisfies. */
  long nextOpen(long from) {
    return satisfied.nextAbsent(from);
  }

  /** Of an id that a factory's task can have; -1 for others. */
  private static long index(String id) {
    Integer number = RangeIndex.number(id);
    return number != null && number.toString().equals(id) ? number : -1;
  }
}
