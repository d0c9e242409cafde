package io.poolwright.plan.factory;

import io.poolwright.plan.EventToSay;
import io.poolwright.plan.task.TaskPlan;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about the tasks of a factory now.
 *
 * @param steps of all of them; each task's in order
 * @param asks of which pods only a live read says whether they are gone
 * @param ledger with what is to be written, on condition of the resourceVersion that was seen
 * @param changed whether that differs from what is written
 * @param moved those that begin to wait again or are over now: their pods are let go once that is
 *     written
 * @param again look once more after this long, though nothing happens; null for no need
 * @param runnable whether those that have not begun could run now if a node had room
 * @param ready those that have begun and could have another attempt now
 * @param obstacle why none of them can begin; null where they can
 * @param stuck whether only the user can change that
 * @param refused whether the API server refused the last pod that was made for one of them
 */
public record FactoryPlan(
    List<TaskPlan.Step> steps,
    List<Ask> asks,
    FactoryLedger ledger,
    boolean changed,
    Set<Integer> moved,
    List<EventToSay> events,
    @Nullable Duration again,
    boolean runnable,
    List<Integer> ready,
    @Nullable String obstacle,
    boolean stuck,
    boolean refused) {

  /** Nothing is done, and none is given a node yet. */
  public static FactoryPlan idle(FactoryLedger ledger) {
    return new FactoryPlan(
        List.of(), List.of(), ledger, false, Set.of(), List.of(), null, false, List.of(), null,
        false, false);
  }

  /** A pod in the ledger that the cache does not have. */
  public record Ask(int index, TaskPlan.AskForPod pod) {}
}
