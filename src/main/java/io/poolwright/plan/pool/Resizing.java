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
 * time is over, no further than it is (sections 3.2 and 3.5).
 */
final class Resizing {
  static final Duration SHORTEST = Duration.ofSeconds(10);

  private final PoolSeen seen;
  private final PoolSpec spec;
  private final List<PoolNode> staying;
  private final int dedicated;
  private final int lowPriority;

  /**
   * @param staying the nodes that the pool has and that are not on their way out
   */
  Resizing(PoolSeen seen, List<PoolNode> staying, int dedicated, int lowPriority) {
    this.seen = seen;
    this.spec = seen.pool().getSpec();
    this.staying = staying;
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
    boolean stop = spec.desiredAllocation() == DesiredAllocation.STOP;
    if (resize.stoppedBy() != null) {
      boolean goesOn = resize.stoppedBy().equals(Reason.ResizeStopped.name()) && !stop;
      return goesOn ? aim(anew()) : aim(resize);
    }
    if (stop) {
      return aim(
          stopped(
              resize,
              Reason.ResizeStopped,
              "desiredAllocation is Stop: the pool stays as large as it is",
              count(false),
              count(true)));
    }
    return deadline(resize).filter(d -> !d.isAfter(seen.now())).isPresent()
        ? aim(stopped(resize, Reason.AllocationTimedout, timedOut(why), count(false), count(true)))
        : aim(resize);
  }

  private String timedOut(Optional<String> why) {
    return "after "
        + (spec.resizeTimeout() == null ? "" : spec.resizeTimeout().text())
        + " the pool has "
        + count(false)
        + " of "
        + dedicated
        + " dedicated nodes"
        + (lowPriority == 0 ? "" : " and " + count(true) + " of " + lowPriority + " Spot nodes")
        + why.map(w -> ": " + w.replaceAll("[.]$", "")).orElse("")
        + ". It tries again when the target changes, or desiredAllocation is Stop and then Resize";
  }

  /** The one that is remembered, where it has the same target; a new one otherwise. */
  private Resize underWay() {
    PoolStatus status = seen.pool().statusOrNew();
    Resize before = status.resize();
    return before != null
            && before.targetDedicatedNodes() == dedicated
            && before.targetLowPriorityNodes() == lowPriority
        ? before
        : anew();
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
  private int count(boolean spot) {
    return (int)
        staying.stream()
            .filter(n -> n.pod().spot() == spot && n.state() != NodeState.CREATING)
            .count();
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
    return resize == null || resize.stoppedBy() != null ? Optional.empty() : deadline(resize);
  }
}
