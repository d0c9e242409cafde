package io.poolwright.plan.apppackage;

import io.poolwright.api.apppackage.ApplicationPackageStatus;
import io.poolwright.plan.EventToSay;
import io.poolwright.snapshot.PodSeen;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about one package now.
 *
 * @param create looks to begin
 * @param delete pods whose answer is in the status that was seen, or is of no interest any more
 * @param say the status as it would be; null where it would not change
 * @param again look once more after this long, though nothing happens; null for no need
 */
public record PackagePlan(
    List<Look> create,
    List<PodSeen> delete,
    @Nullable ApplicationPackageStatus say,
    List<EventToSay> events,
    @Nullable Duration again) {

  /**
   * @param place of the version in the spec
   * @param pod the name of the pod that looks at it
   */
  public record Look(int place, String pod) {}
}
