package io.poolwright.plan;

import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.plan.Assignment.Assigned;
import io.poolwright.snapshot.PodSeen;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about one pool now.
 *
 * @param create numbers of the node pods to make
 * @param mark node pods that are to go and whose tasks are to be stopped: each is told how
 * @param delete node pods to remove; none of them runs a task
 * @param steps what else is done with node pods, before tasks start
 * @param wake nodes that stop their tasks, which have to act on it
 * @param assign tasks to start, each on its node
 * @param say the status as it would be; null where it would not change
 */
public record PoolPlan(
    List<Integer> create,
    List<Mark> mark,
    List<PodSeen> delete,
    List<NodeStep> steps,
    List<String> wake,
    List<Assigned> assign,
    @Nullable PoolStatus say,
    List<EventToSay> events,
    @Nullable Duration again) {

  /** A node that takes no more tasks, and what it does to those it has. */
  public record Mark(PodSeen node, NodeDeallocationOption how) {}
}
