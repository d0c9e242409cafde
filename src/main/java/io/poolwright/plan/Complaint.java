package io.poolwright.plan;

import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.UserIdentity;
import io.poolwright.api.pool.Pool;
import io.poolwright.pods.CommandLine;
import io.poolwright.pods.PackageUse;
import io.poolwright.status.Reason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with what a user wrote and no schema can tell, with the field and the remedy. The
 * rules are the same for tasks of every kind, the start task among them.
 */
public record Complaint(Reason reason, String message) {

  /**
   * @param field where the line stands
   * @param line null where there is none, about which nothing is said
   */
  public static Optional<Complaint> ofCommandLine(String field, @Nullable String line) {
    if (line == null) {
      return Optional.empty();
    }
    try {
      return CommandLine.split(line).isEmpty()
          ? Optional.of(
              new Complaint(Reason.InvalidCommandLine, field + ": there is no word in it"))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(new Complaint(Reason.InvalidCommandLine, field + ": " + e.getMessage()));
    }
  }

  /**
   * Files stay in the task's working directory. The schema cannot say so: the rule would cost too
   * much for a job of many tasks.
   */
  public static Optional<Complaint> ofPaths(String field, String whose, List<ResourceFile> files) {
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

  /**
   * A user that the pool's nodes do not have.
   *
   * @param at what stands before the field's name
   * @param identity null where none is asked for, about which nothing is said
   */
  public static Optional<Complaint> ofIdentity(
      String at, @Nullable UserIdentity identity, Pool pool) {
    if (identity == null || !identity.elevated()) {
      return Optional.empty();
    }
    var context = pool.getSpec().node().templateOrEmpty().securityContext();
    return context != null && !Boolean.TRUE.equals(context.getRunAsNonRoot())
        ? Optional.empty()
        : Optional.of(
            new Complaint(
                Reason.InvalidSetting,
                at
                    + "userIdentity.autoUser.elevationLevel: Admin is user 0; give pool "
                    + pool.getMetadata().getName()
                    + " node.template.securityContext with runAsNonRoot: false"));
  }

  /** Names that only Poolwright sets. */
  public static Optional<Complaint> ofVariables(String field, List<EnvironmentSetting> settings) {
    return settings.stream()
        .map(EnvironmentSetting::name)
        .filter(n -> n.startsWith("AZ_BATCH_") || n.startsWith("POOLWRIGHT_"))
        .findFirst()
        .map(n ->
            new Complaint(
                Reason.ReservedVariable,
                field + ": " + n + " is set by Poolwright; choose another name"));
  }

  public static Complaint of(PackageUse.Missing missing) {
    return new Complaint(
        missing.obstacle() == PackageUse.Obstacle.NOT_FOUND
            ? Reason.PackageNotFound
            : Reason.PackageNotActive,
        missing.message());
  }
}
