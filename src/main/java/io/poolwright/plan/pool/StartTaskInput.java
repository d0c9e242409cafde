package io.poolwright.plan.pool;

import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.StartTask;
import io.poolwright.plan.Complaint;
import io.poolwright.status.Reason;
import java.util.Optional;

/** What is wrong with a start task that no schema can tell. */
final class StartTaskInput {
  private StartTaskInput() {}

  static Optional<Complaint> complaint(PoolSpec pool) {
    StartTask start = pool.startTask();
    if (start == null) {
      return Optional.empty();
    }
    if (start.containerSettings() == null && pool.node().image() == null) {
      return Optional.of(
          new Complaint(
              Reason.ImageMissing,
              "spec.startTask.containerSettings.imageName: neither it nor node.image names an image"));
    }
    return Complaint.ofCommandLine("spec.startTask.commandLine", start.commandLine())
        .or(() ->
            Complaint.ofPaths("spec.startTask.resourceFiles", "start task", start.resourceFiles()))
        .or(() ->
            Complaint.ofVariables(
                "spec.startTask.environmentSettings", start.environmentSettings()))
        .or(() ->
            Complaint.ofRunOptions(
                "spec.startTask.", start.containerSettings(), start.userIdentity()))
        .or(() ->
            Complaint.ofRoot("spec.startTask.", start.containerSettings(), pool, "the pool "));
  }
}
