package io.poolwright.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the tasks stand that a task depends on (section 10 of the reference).
 *
 * @param open how many are not over yet, or are over and do not let this one run
 * @param first some of those that are open; those that do not exist are marked so
 * @param blocker one that is over and keeps this one from running, the one that makes it fail where
 *     one does; null where there is none
 * @param fails whether the blocker makes its dependents fail, too
 * @param lasting whether the blocker cannot run again, for it is one of the job's factory
 * @param cycle the ids of a circle that the task is part of, in a sentence's form; null where it is
 *     part of none
 * @param twin a task of the job that has the id, too, and had it first; null where none has
 */
public record ParentsSeen(
    long open,
    List<String> first,
    @Nullable String blocker,
    boolean fails,
    boolean lasting,
    @Nullable String cycle,
    @Nullable String twin) {

  /** Of a task that depends on none, or on none any more. */
  public static final ParentsSeen NONE =
      new ParentsSeen(0, List.of(), null, false, false, null, null);

  /** Of a task whose id another one had first. */
  public static ParentsSeen twinOf(String first) {
    return new ParentsSeen(0, List.of(), null, false, false, null, first);
  }

  public ParentsSeen {
    first = List.copyOf(first);
  }
}
