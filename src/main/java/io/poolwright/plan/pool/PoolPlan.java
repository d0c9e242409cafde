package io.poolwright.plan.pool;

import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.snapshot.AttemptSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about one pool now.
 *
 * @param create the node pods to make
 * @param mark node pods that are to go and whose tasks are to be stopped: each is told how
 * @param adopt claims that change hands, before anything is deleted
 * @param delete node pods to remove; none of them runs a task
 * @param show node pods whose label says something else from now on; before tasks start
 * @param wake nodes that are on their way out and whose tasks have to act on it
 * @param assign tasks to start, each on its node
 * @param hold tasks whose node is to be prepared for their job first; they have its slots meanwhile
 * @param preempt running attempts to stop, each for a task that waits
 * @param kept on which node room is kept for tasks that wait for what is being stopped, by JOB/TASK
 * @param wantsAttempts whether the plan holds only after it was decided with the attempts that run
 * @param scarce tasks that wait for several nodes at once
 * @param retains nodes of these that stay until the data of what they ran may go: where any is
 *     here, the plan holds only after it was decided with {@link PoolSeen#keptUntil} of them
 * @param resize pods whose requests change, in this order: what gives room first
 * @param say the status as it would be; null where it would not change
 */
public record PoolPlan(
    List<NewNode> create,
    List<Mark> mark,
    List<Adopt> adopt,
    List<PodSeen> delete,
    List<Show> show,
    List<String> wake,
    List<Assigned> assign,
    List<Assigned> hold,
    List<Preempt> preempt,
    Map<String, String> kept,
    boolean wantsAttempts,
    Set<String> scarce,
    List<PodSeen> retains,
    List<Resize> resize,
    @Nullable PoolStatus say,
    List<EventToSay> events,
    @Nullable Duration again) {

  /**
   * A node of this number, dedicated or Spot.
   *
   * @param keepsDirectory it has the claim of the one that had the number before
   */
  public record NewNode(int number, boolean spot, boolean keepsDirectory) {
    public NewNode(int number, boolean spot) {
      this(number, spot, false);
    }
  }

  /** A claim that is to belong to this pod from now on; to the pool, where it is null. */
  public record Adopt(String claim, @Nullable PodSeen by) {}

  /** What a container is to request from now on; its limits stay. */
  public record Resize(PodSeen pod, String container, Map<String, Quantity> requests) {}

  /**
   * What a node pod shows from now on.
   *
   * @param spare whether a cluster autoscaler may remove the node
   */
  public record Show(PodSeen pod, String state, boolean spare) {}

  /**
   * An attempt to stop.
   *
   * @param task JOB/TASK of the one that is to have its room
   */
  public record Preempt(AttemptSeen attempt, String task) {}

  /** A node that takes no more tasks, and what it does to those it has. */
  public record Mark(PodSeen node, NodeDeallocationOption how) {}
}
