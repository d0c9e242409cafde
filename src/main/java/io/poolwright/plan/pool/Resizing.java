package io.poolwright.plan.pool;

import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.PoolSpec.DesiredAllocation;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.api.pool.PoolStatus.Resize;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a pool goes after its target: all the way, or, where the user stopped the resize or its
 * time is over, no further than it is (sections 3.2 and 3.5). A resize begins with another target
 * than the last. Nodes that are lost without one are replaced, however long that takes.
 */
final class Resizing {
  static final Duration SHORTEST = Duration.ofSeconds(10);

  private final PoolSeen seen;
  private final PoolSpec spec;
  private final List<PoolNode> nodes;
  private final NodeRestarts.Decided restarts;
  private final int dedicated;
  private final int lowPriority;

  Resizing(
      PoolSeen seen,
      List<PoolNode> nodes,
      NodeRestarts.Decided restarts,
      int dedicated,
      int lowPriority) {
    this.seen = seen;
    this.spec = seen.pool().getSpec();
    this.nodes = nodes;
    this.restarts = restarts;
    this.dedicated = dedicated;
    this.lowPriority = lowPriority;
  }

  /**
   * How many nodes of each kind the pool is to have now.
   *
   * @param resize what is to be remembered of it; null where the pool has its target
   */
  record Aim(int dedicated, int lowPriority, @Nullable Resize resize) {
    int of(boolean spot) {
      return spot ? lowPriority : dedicated;
    }

    boolean stopped() {
      return resize != null && resize.stoppedBy() != null;
    }
  }

  /**
   * @param whole whether the pool has its target, and each node takes tasks
   * @param why why nodes that are to be there are not, where that is known
   */
  Aim decide(boolean whole, Optional<String> why) {
    if (whole) {
      return new Aim(dedicated, lowPriority, null);
    }
    Resize resize = underWay();
    if (resize == null) {
      return new Aim(dedicated, lowPriority, null);
    }
    if (resize.stoppedBy() == null && isReached()) {
      // What becomes of its nodes is not a matter of size any more.
      return new Aim(dedicated, lowPriority, null);
    }
    boolean stop = spec.desiredAllocation() == DesiredAllocation.STOP;
    if (Reason.ResizeStopped.name().equals(resize.stoppedBy())) {
      return aim(stop ? resize : anew());
    }
    if (stop) {
      boolean before = resize.stoppedBy() != null;
      return aim(
          stopped(
              resize,
              Reason.ResizeStopped,
              "desiredAllocation is Stop: the pool stays as large as it is",
              before ? orZero(resize.keptDedicatedNodes()) : obtained(false),
              before ? orZero(resize.keptLowPriorityNodes()) : obtained(true)));
    }
    return isLate(resize)
        ? aim(
            stopped(
                resize,
                Reason.AllocationTimedout,
                timedOut(why),
                Math.min(dedicated, obtained(false)),
                Math.min(lowPriority, obtained(true))))
        : aim(resize);
  }

  private boolean isReached() {
    return obtained(false) == dedicated
        && obtained(true) == lowPriority
        && nodes.stream().noneMatch(n -> n.state() == NodeState.LEAVING_POOL);
  }

  /** A pool that has its machines, and only waits for tasks to end, is not late. */
  private boolean isLate(Resize resize) {
    return resize.stoppedBy() == null
        && (obtained(false) < dedicated || obtained(true) < lowPriority)
        && deadline(resize).filter(d -> !d.isAfter(seen.now())).isPresent();
  }

  private String timedOut(Optional<String> why) {
    return "after "
        + (spec.resizeTimeout() == null ? "" : spec.resizeTimeout().text())
        + " the pool has "
        + obtained(false)
        + " of "
        + dedicated
        + " dedicated nodes"
        + (lowPriority == 0 ? "" : " and " + obtained(true) + " of " + lowPriority + " Spot nodes")
        + why.map(w -> ": " + w.replaceAll("[.]$", "")).orElse("")
        + ". It tries again when the target changes, or desiredAllocation is Stop and then Resize";
  }

  /**
   * The one that is remembered, or that begins now; null where the target is that which the pool
   * had.
   */
  private @Nullable Resize underWay() {
    PoolStatus status = seen.pool().statusOrNew();
    Resize before = status.resize();
    if (before != null) {
      boolean same =
          before.targetDedicatedNodes() == dedicated
              && before.targetLowPriorityNodes() == lowPriority;
      return same ? before : anew();
    }
    boolean had =
        orZero(status.targetDedicatedNodes()) == dedicated
            && orZero(status.targetLowPriorityNodes()) == lowPriority;
    return had ? null : anew();
  }

  private Resize anew() {
    return new Resize(seen.now().toString(), dedicated, lowPriority, null, null, null, null);
  }

  private static Resize stopped(
      Resize resize, Reason by, String message, int keptDedicated, int keptLowPriority) {
    return new Resize(
        resize.startTime(),
        resize.targetDedicatedNodes(),
        resize.targetLowPriorityNodes(),
        by.name(),
        message,
        keptDedicated,
        keptLowPriority);
  }

  private Aim aim(Resize resize) {
    return resize.stoppedBy() == null
        ? new Aim(dedicated, lowPriority, resize)
        : new Aim(
            orZero(resize.keptDedicatedNodes()), orZero(resize.keptLowPriorityNodes()), resize);
  }

  private static int orZero(@Nullable Integer count) {
    return count == null ? 0 : count;
  }

  /** What has no machine yet is not obtained, and goes where the resize ends. */
  private int obtained(boolean spot) {
    long there =
        nodes.stream()
            .filter(n -> n.pod().spot() == spot)
            .filter(n -> n.state() != NodeState.CREATING && n.state() != NodeState.LEAVING_POOL)
            .count();
    return (int) there + restarts.coming(spot);
  }

  private Optional<Instant> deadline(Resize resize) {
    return spec.resizeTimeout() == null || spec.autoScales()
        ? Optional.empty()
        : Optional.of(Instant.parse(resize.startTime()).plus(spec.resizeTimeout().duration()));
  }

  /**
   * When a resize that goes on has to be looked at again; empty where nothing but events matters.
   */
  Optional<Instant> deadline(Aim aim) {
    Resize resize = aim.resize();
    return resize == null || resize.stoppedBy() != null
        ? Optional.empty()
        : deadline(resize).filter(d -> d.isAfter(seen.now()));
  }
}
