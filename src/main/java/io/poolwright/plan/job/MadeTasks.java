package io.poolwright.plan.job;

import io.poolwright.api.job.JobStatus;
import io.poolwright.factory.Ranges;
import io.poolwright.snapshot.UnmadeSeen;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which of a job's inline tasks were made, by their places: what was made and deleted since is not
 * made again, whatever is missing beside it.
 *
 * @param tried all places before this one were tried
 * @param missing those among them that could not be made
 */
public record MadeTasks(int tried, Ranges missing) {
  public static MadeTasks of(JobStatus status) {
    return new MadeTasks(
        status.createdTasks() == null ? 0 : status.createdTasks(),
        status.uncreatedTasks() == null ? Ranges.NONE : Ranges.parse(status.uncreatedTasks()));
  }

  static MadeTasks of(UnmadeSeen seen) {
    return new MadeTasks(seen.tried(), Ranges.parse(seen.places()));
  }

  /** Whether the task of this place was made. */
  boolean has(int place) {
    return place < tried && !missing.contains(place);
  }

  /**
   * What to make next: all that is missing, and as many more.
   *
   * @param total how many places there are
   */
  List<Integer> next(int total, int more) {
    List<Integer> next = new ArrayList<>();
    missing.forEach(p -> next.add(p.intValue()));
    IntStream.range(tried, Math.min(total, tried + more)).forEach(next::add);
    return next;
  }

  /** After all of these were made. */
  MadeTasks with(List<Integer> next) {
    return new MadeTasks(Math.max(tried, next.getLast() + 1), Ranges.NONE);
  }

  /** After this place was tried. */
  public MadeTasks with(int place, boolean made) {
    Ranges one = Ranges.of(place, place);
    return new MadeTasks(
        Math.max(tried, place + 1), made ? missing.without(one) : missing.union(one));
  }

  /** Null where none is missing. */
  public @Nullable String uncreated() {
    return missing.isEmpty() ? null : missing.toString();
  }
}
