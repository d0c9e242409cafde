package io.poolwright.plan.job;

import io.poolwright.api.job.NodePreparation;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.task.TaskPlan.Step;
import io.poolwright.pods.SpecialPods;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about preparation and release of one job now.
 *
 * @param steps in order
 * @param create pods to make; each that is there is to be named in the ledger before it is let go
 * @param ledger as it is to be written, but for those pods
 * @param trouble why no node takes its tasks; null where some do
 * @param note what is wrong with some nodes; null where nothing is
 * @param again look once more after this long, though nothing happens; null for no need
 */
public record PreparationPlan(
    List<Step> steps,
    List<Make> create,
    List<NodePreparation> ledger,
    @Nullable String trouble,
    @Nullable String note,
    List<EventToSay> events,
    @Nullable Duration again) {

  /** A pod for one run on one node. */
  public record Make(SpecialPods.Kind kind, String node, int attempt) {}
}
