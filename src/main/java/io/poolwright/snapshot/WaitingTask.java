package io.poolwright.snapshot;

import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A task that could run now if a node had room. Their order is that of section 11: job priority,
 * then the job's creation, then the task's; names make it total.
 *
 * @param manager whether it is its job's manager: a node is kept free for it
 * @param dedicated whether no Spot node takes it
 * @param affinity the node that it would rather have; null for any
 * @param instances how many nodes it has to have at once
 * @param index of a task of its job's factory; null of one that has an object
 * @param refused whether the API server refused the last pod that was made for it
 */
public record WaitingTask(
    String name,
    int slots,
    int priority,
    Instant jobCreated,
    String job,
    Instant created,
    int order,
    boolean manager,
    boolean dedicated,
    @Nullable String affinity,
    @Nullable Integer index,
    int instances,
    boolean refused)
    implements Comparable<WaitingTask> {

  /** One that has an object and one node, may run anywhere, and was not refused. */
  public WaitingTask(
      String name,
      int slots,
      int priority,
      Instant jobCreated,
      String job,
      Instant created,
      int order) {
    this(
        name, slots, priority, jobCreated, job, created, order, false, false, null, null, 1, false);
  }

  public WaitingTask near(@Nullable String node) {
    return new WaitingTask(
        name,
        slots,
        priority,
        jobCreated,
        job,
        created,
        order,
        manager,
        dedicated,
        node,
        index,
        instances,
        refused);
  }

  private static final Comparator<WaitingTask> ORDER =
      Comparator.comparingInt((WaitingTask t) -> -t.priority)
          .thenComparing(WaitingTask::jobCreated)
          .thenComparing(WaitingTask::job)
          .thenComparing(WaitingTask::created)
          .thenComparingInt(WaitingTask::order)
          .thenComparing(WaitingTask::name);

  @Override
  public int compareTo(WaitingTask other) {
    return ORDER.compare(this, other);
  }
}
