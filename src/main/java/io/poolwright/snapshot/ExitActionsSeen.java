package io.poolwright.snapshot;

import io.poolwright.api.task.TaskResult;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What completed tasks of a job ask to be done to it (section 7.4 of the reference).
 *
 * @param terminate the first task that ends the job; null where there is none
 * @param disable the last of those that disable it; null where there is none
 * @param manager how a job manager ended that ends the job; null where there is none, or it has not
 */
public record ExitActionsSeen(
    @Nullable String terminate, @Nullable Ended disable, @Nullable TaskResult manager) {
  public static final ExitActionsSeen NONE = new ExitActionsSeen(null, null, null);

  /** A completed task, in the order in which they ended. */
  public record Ended(Instant at, String task) implements Comparable<Ended> {
    private static final Comparator<Ended> ORDER =
        Comparator.comparing(Ended::at).thenComparing(Ended::task);

    @Override
    public int compareTo(Ended other) {
      return ORDER.compare(this, other);
    }
  }
}
