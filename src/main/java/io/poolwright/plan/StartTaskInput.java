package io.poolwright.plan;

import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.StartTask;
import io.poolwright.plan.TaskInput.Complaint;
import io.poolwright.pods.CommandLine;
import io.poolwright.status.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    return line(start)
        .or(() ->
            TaskInput.outside("spec.startTask.resourceFiles", "start task", start.resourceFiles()))
        .or(() ->
            TaskInput.reserved("spec.startTask.environmentSettings", start.environmentSettings()));
  }

  private static Optional<Complaint> line(StartTask start) {
    if (start.commandLine() == null) {
      return Optional.empty();
    }
    try {
      return CommandLine.split(start.commandLine()).isEmpty()
          ? refused("there is no word in it")
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return refused(e.getMessage());
    }
  }

  private static Optional<Complaint> refused(@Nullable String why) {
    return Optional.of(
        new Complaint(Reason.InvalidCommandLine, "spec.startTask.commandLine: " + why));
  }
}
