package io.poolwright.plan.task;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.ExitConditions;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.plan.Complaint;
import io.poolwright.plan.job.Preparation;
import io.poolwright.pods.PackageUse;
import io.poolwright.status.Reason;
import java.util.Map;
import java.util.Optional;

/**
 * What is wrong with a task that no schema can tell, because it takes more than one object or a
 * parser to see it.
 */
public final class TaskInput {
  private TaskInput() {}

  static Optional<Complaint> complaint(Task task, Job job, Pool pool) {
    if (task.getSpec().containerSettings() == null && pool.getSpec().node().image() == null) {
      return Optional.of(
          new Complaint(
              Reason.ImageMissing,
              "spec.containerSettings.imageName: neither the task nor pool "
                  + pool.getMetadata().getName()
                  + " (node.image) names an image"));
    }
    return own(task)
        .or(() -> ResourceTrouble.tooLarge(task, pool))
        .or(() ->
            Complaint.ofVariables(
                "commonEnvironmentSettings of the job", job.getSpec().commonEnvironmentSettings()))
        .or(() -> Complaint.ofIdentity("spec.", task.getSpec().userIdentity(), pool))
        .or(() ->
            Complaint.ofRoot(
                "spec.",
                task.getSpec().containerSettings(),
                pool.getSpec(),
                "pool " + pool.getMetadata().getName() + " "))
        .or(() -> contradicts(task, job))
        .or(() -> GangTrouble.of(task, pool))
        .or(() -> Preparation.complaint(task, job, pool));
  }

  /** What is wrong with the words of this one task: of those of a factory, another may be right. */
  public static Optional<Complaint> own(Task task) {
    return own("spec.", task.getSpec());
  }

  /**
   * @param at what stands before the names of the task's fields
   */
  public static Optional<Complaint> own(String at, TaskSpec task) {
    return Complaint.ofCommandLine(at + "commandLine", task.commandLine())
        .or(() -> Complaint.ofPaths(at + "resourceFiles", "task", task.resourceFiles()))
        .or(() -> Complaint.ofVariables(at + "environmentSettings", task.environmentSettings()))
        .or(() -> ResourceTrouble.ofDevices(at + "resources.", task.resources()))
        .or(() -> Complaint.ofRunOptions(at, task.containerSettings(), task.userIdentity()));
  }

  private static Optional<Complaint> contradicts(Task task, Job job) {
    if (!task.getSpec().dependencies().none() && !job.getSpec().allowsDependencies()) {
      return Optional.of(
          new Complaint(
              Reason.TaskDependenciesNotSpecifiedOnJob,
              "spec.dependsOn: usesTaskDependencies of job "
                  + job.getMetadata().getName()
                  + " is false; set it to true, or leave it out"));
    }
    ExitConditions exits = task.getSpec().exits();
    return exits.allOptions().anyMatch(o -> o.jobAction() != null)
            && !job.getSpec().performsJobActions()
        ? Optional.of(
            new Complaint(
                Reason.JobActionNotAllowed,
                "spec.exitConditions: a jobAction needs onTaskFailure: PerformExitOptionsJobAction, which job "
                    + job.getMetadata().getName()
                    + " has not and cannot be given; create the task without it, or another job"))
        : Optional.empty();
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
}
