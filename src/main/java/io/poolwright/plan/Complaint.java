package io.poolwright.plan;

import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.UserIdentity;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.pods.CommandLine;
import io.poolwright.pods.PackageUse;
import io.poolwright.pods.RunOptions;
import io.poolwright.status.Reason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with what a user wrote and no schema can tell, with the field and the remedy. The
 * rules are the same for tasks of every kind, the start task among them.
 */
public record Complaint(Reason reason, String message) {
  private static final String RUN_OPTIONS = "containerSettings.containerRunOptions";

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
    return mayBeRoot(pool.getSpec())
        ? Optional.empty()
        : Optional.of(
            new Complaint(
                Reason.InvalidSetting,
                at
                    + "userIdentity.autoUser.elevationLevel: Admin is user 0; give pool "
                    + pool.getMetadata().getName()
                    + " node.template.securityContext with runAsNonRoot: false"));
  }

  /**
   * Run options that a container cannot have.
   *
   * @param at what stands before the field's name
   * @param settings null where nothing is said
   */
  public static Optional<Complaint> ofRunOptions(
      String at, @Nullable ContainerSettings settings, @Nullable UserIdentity identity) {
    String field = at + RUN_OPTIONS;
    try {
      RunOptions options =
          RunOptions.parse(settings == null ? null : settings.containerRunOptions());
      if (options.user() != null && identity != null) {
        return Optional.of(
            new Complaint(
                Reason.InvalidSetting,
                field + ": --user: userIdentity says already as whom; leave one of them out"));
      }
      boolean root =
          identity == null ? options.user() != null && options.user() == 0 : identity.elevated();
      // Kubernetes has no ambient capabilities: the process of another user would not get them.
      return !root && !options.addedCapabilities().isEmpty()
          ? Optional.of(
              new Complaint(
                  Reason.InvalidSetting,
                  field
                      + ": --cap-add: only user 0 gets capabilities; let the command be that, with --user 0 or userIdentity.autoUser.elevationLevel: Admin, or leave it out"))
          : ofVariables(field, options.environment());
    } catch (IllegalArgumentException e) {
      return Optional.of(new Complaint(Reason.InvalidSetting, field + ": " + e.getMessage()));
    }
  }

  /**
   * Run options, right in themselves, that the pool's nodes do not allow.
   *
   * @param whose the pool, as it is called there
   */
  public static Optional<Complaint> ofRoot(
      String at, @Nullable ContainerSettings settings, PoolSpec pool, String whose) {
    Long user = RunOptions.parse(settings == null ? null : settings.containerRunOptions()).user();
    return user == null || user != 0 || mayBeRoot(pool)
        ? Optional.empty()
        : Optional.of(
            new Complaint(
                Reason.InvalidSetting,
                at
                    + RUN_OPTIONS
                    + ": --user: 0 is root; give "
                    + whose
                    + "node.template.securityContext with runAsNonRoot: false"));
  }

  /** Only where the pool says so in a word: one that gives a user means its commands to be that. */
  private static boolean mayBeRoot(PoolSpec pool) {
    var context = pool.node().templateOrEmpty().securityContext();
    return context != null && Boolean.FALSE.equals(context.getRunAsNonRoot());
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
