package io.poolwright.plan.pool;

import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.Running;
import io.poolwright.snapshot.PoolSeen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What node pods show of themselves: their state, and whether a cluster autoscaler may remove them.
 * A task that comes or goes is not worth a write: a node shows Running from before its first task
 * until it has had none for a while.
 */
final class NodeMarks {
  /** How long a node has no task before it is shown as Idle and may be removed. */
  static final Duration SPARE_AFTER = Duration.ofMinutes(1);

  private final PoolSeen seen;
  private final Set<String> assigned;
  private final List<PoolPlan.Show> show = new ArrayList<>();
  private @Nullable Instant next;

  /**
   * @param going names of node pods that are deleted now
   * @param assigned names of node pods that get a task now
   */
  NodeMarks(PoolSeen seen, List<PoolNode> nodes, Set<String> going, Set<String> assigned) {
    this.seen = seen;
    this.assigned = assigned;
    nodes.stream().filter(n -> !going.contains(n.pod().name())).forEach(this::look);
  }

  private void look(PoolNode node) {
    boolean busy = node.used() > 0 || assigned.contains(node.pod().name());
    switch (node.state()) {
      // Its pod says how far it is; it shows Starting from the beginning.
      case CREATING, STARTING, WAITING_FOR_START_TASK -> {}
      // Its pod is not worth a write any more.
      case LEAVING_POOL, PREEMPTED, REBOOTING, REIMAGING -> {}
      case RUNNING -> show(node, NodeState.RUNNING, false);
      case IDLE -> {
        if (busy) {
          show(node, NodeState.RUNNING, false);
        } else if (hasRested(node.pod())) {
          show(node, NodeState.IDLE, true);
        }
      }
      // Somebody set it aside, perhaps to look into it.
      case OFFLINE -> show(node, NodeState.OFFLINE, false);
      case UNKNOWN -> show(node, NodeState.UNKNOWN, !busy);
      case START_TASK_FAILED, UNUSABLE -> show(node, node.state(), true);
    }
  }

  private boolean hasRested(PodSeen pod) {
    if (!NodeState.RUNNING.azureName().equals(pod.shown())) {
      return true;
    }
    Instant end = seen.loadOf(pod.name()).lastEnd();
    Instant until = (end == null ? readySince(pod) : end).plus(SPARE_AFTER);
    if (until.isAfter(seen.now())) {
      next = next == null || until.isBefore(next) ? until : next;
      return false;
    }
    return true;
  }

  static Instant readySince(PodSeen pod) {
    return pod.container("node")
        .flatMap(c ->
            c.state() instanceof Running r ? Optional.ofNullable(r.startedAt()) : Optional.empty())
        .map(Instant::parse)
        .orElse(pod.created());
  }

  private void show(PoolNode node, NodeState state, boolean spare) {
    if (!state.azureName().equals(node.pod().shown())) {
      show.add(new PoolPlan.Show(node.pod(), state.azureName(), spare));
    }
  }

  List<PoolPlan.Show> show() {
    return show;
  }

  Optional<Duration> again() {
    return Optional.ofNullable(next)
        .map(until -> Duration.between(seen.now(), until).plusMillis(100));
  }
}
