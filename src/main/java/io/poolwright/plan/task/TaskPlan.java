package io.poolwright.plan.task;

import io.poolwright.api.task.TaskStatus;
import io.poolwright.plan.EventToSay;
import io.poolwright.snapshot.PodSeen;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about one task now.
 *
 * @param steps in order
 * @param say the status to write, on condition of the resourceVersion that was seen; null where it
 *     would not change
 * @param again look once more after this long, though nothing happens; null for no need
 * @param runnable the task could run now if a node had room
 */
public record TaskPlan(
    List<Step> steps,
    @Nullable TaskStatus say,
    List<EventToSay> events,
    @Nullable Duration again,
    boolean runnable) {

  /** One write, or one live read. */
  public sealed interface Step {}

  /** Take the scheduling gate off the pod with this UID. */
  public record LetGo(PodSeen pod) implements Step {}

  /**
   * Take our finalizer off, and delete the pod unless it is kept for reading. Only after its end is
   * in the ledger.
   */
  public record Release(PodSeen pod, boolean delete) implements Step {}

  /** Ask the kubelet to stop it; its end is recorded when it has. */
  public record Stop(PodSeen pod) implements Step {}

  /** The cache does not have the pod in the ledger: only a live read says whether it is gone. */
  public record AskForPod(String name, String uid) implements Step {}
}
