package io.poolwright.plan;

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
 * @param delete node pods to remove; none of them runs a task
 * @param assign tasks to start, each on its node
 * @param say the status as it would be; null where it would not change
 */
public record PoolPlan(
    List<Integer> create,
    List<PodSeen> delete,
    List<Assigned> assign,
    @Nullable PoolStatus say,
    List<EventToSay> events,
    @Nullable Duration again) {}
