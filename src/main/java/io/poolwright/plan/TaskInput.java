package io.poolwright.plan;

import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.pods.CommandLine;
import io.poolwright.pods.PackageUse;
import io.poolwright.status.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is wrong with a task that no schema can tell, because it takes more than one object or a
 * parser to see it.
 */
public final class TaskInput {
  private TaskInput() {}

  record Complaint(Reason reason, String message) {}

  static Optional<Complaint> complaint(Task task, Job job, Pool pool) {
    if (task.getSpec().containerSettings() == null && pool.getSpec().node().image() == null) {
      return Optional.of(
          new Complaint(
              Reason.ImageMissing,
              "spec.containerSettings.imageName: neither the task nor pool "
                  + pool.getMetadata().getName()
                  + " (node.image) names an image"));
    }
    String line = task.getSpec().commandLine();
    if (line != null) {
      try {
        if (CommandLine.split(line).isEmpty()) {
          return Optional.of(
              new Complaint(Reason.InvalidCommandLine, "spec.commandLine: there is no word in it"));
        }
      } catch (IllegalArgumentException e) {
        return Optional.of(
            new Complaint(Reason.InvalidCommandLine, "spec.commandLine: " + e.getMessage()));
      }
    }
    return outside("spec.resourceFiles", "task", task.getSpec().resourceFiles())
        .or(() -> reserved(task, job));
  }

  /**
   * A package that the task's pod is to bring along and that cannot be had. On nodes with a
   * directory those of the pool are there before any task is.
   */
  public static Optional<PackageUse.Missing> missingPackage(
      Task task, Pool pool, Map<String, ApplicationPackage> packages) {
    Optional<PackageUse.Missing> own =
        PackageUse.missing(
            PackageUse.FIELD, task.getSpec().applicationPackageReferences(), packages);
    return own.isPresent() || pool.getSpec().node().directoryOrDefault().shared()
        ? own
        : PackageUse.missing(
            PackageUse.ofPool(pool.getMetadata().getName()),
            pool.getSpec().applicationPackageReferences(),
            packages);
  }

  /**
   * Files stay in the task's working directory. The schema cannot say so: the rule would cost too
   * much for a job of many tasks.
   */
  static Optional<Complaint> outside(String field, String whose, List<ResourceFile> files) {
    for (int i = 0; i < files.size(); i++) {
      String path = files.get(i).filePath();
      if (path != null && (path.startsWith("/") || List.of(path.split("/")).contains(".."))) {
        return Optional.of(
            new Complaint(
                Reason.InvalidFilePath,
                field
                    + "["
                    + i
                    + "].filePath: "
                    + path
                    + " leaves the "
                    + whose
                    + "'s working directory; give a relative path without '..'"));
      }
    }
    return Optional.empty();
  }

  private static Optional<Complaint> reserved(Task task, Job job) {
    return reserved("spec.environmentSettings", task.getSpec().environmentSettings())
        .or(() ->
            reserved(
                "commonEnvironmentSettings of the job", job.getSpec().commonEnvironmentSettings()));
  }

  static Optional<Complaint> reserved(String field, List<EnvironmentSetting> settings) {
    return settings.stream()
        .map(EnvironmentSetting::name)
        .filter(n -> n.startsWith("AZ_BATCH_") || n.startsWith("POOLWRIGHT_"))
        .findFirst()
        .map(n ->
            new Complaint(
                Reason.ReservedVariable,
                field + ": " + n + " is set by Poolwright; choose another name"));
  }
}
