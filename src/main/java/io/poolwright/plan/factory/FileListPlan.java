package io.poolwright.plan.factory;

import io.poolwright.snapshot.FilesSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.StageReport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about the listing of a job's objects.
 *
 * @param files what the job says of it
 * @param create the name of the pod that is to list them; null for none
 * @param take a list that was made and is to be taken down; null for none
 * @param delete pods that have nothing to say any more
 * @param again when to look again; null for no need
 */
public record FileListPlan(
    FilesSeen files,
    @Nullable String create,
    @Nullable Take take,
    List<PodSeen> delete,
    @Nullable Duration again) {

  /** The list in the log of a pod. */
  public record Take(PodSeen pod, StageReport report) {}
}
