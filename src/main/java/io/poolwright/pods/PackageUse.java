package io.poolwright.pods;

import io.poolwright.api.ApplicationPackageReference;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import io.poolwright.api.apppackage.ApplicationPackageStatus.State;
import io.poolwright.api.apppackage.ApplicationPackageStatus.VersionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a package, as it is to be had now.
 *
 * @param field of the reference
 * @param digest of the archive that was looked at; null for an image
 * @param byDefault the reference names no version
 */
public record PackageUse(
    String field, String id, Version version, @Nullable String digest, boolean byDefault) {

  /** Why a reference cannot be followed. */
  public enum Obstacle {
    /** The package, or the version, does not exist. */
    NOT_FOUND,
    /** It has not been looked at yet, or is not there yet. */
    NOT_ACTIVE,
    /** It is no package, and will not be before somebody changes it. */
    FAILED
  }

  /** An obstacle in a sentence, with the field. */
  public record Missing(Obstacle obstacle, String message) {}

  /** The field of pools and of tasks. */
  public static final String FIELD = "spec.applicationPackageReferences";

  /**
   * Those that can be had, in the order of their references.
   *
   * @param list the field that the references are in
   */
  static List<PackageUse> all(
      String list,
      List<ApplicationPackageReference> references,
      Map<String, ApplicationPackage> packages) {
    List<PackageUse> all = new ArrayList<>();
    for (int i = 0; i < references.size(); i++) {
      ApplicationPackageReference reference = references.get(i);
      ApplicationPackage found = packages.get(reference.applicationId());
      if (found == null) {
        continue;
      }
      String field = field(list, i);
      found
          .getSpec()
          .version(reference.version())
          .ifPresent(v ->
              active(found, v)
                  .map(s ->
                      new PackageUse(
                          field,
                          reference.applicationId(),
                          v,
                          s.digest(),
                          reference.version() == null))
                  .ifPresent(all::add));
    }
    return all;
  }

  /** The first reference that cannot be followed; empty where all can. */
  public static Optional<Missing> missing(
      String list,
      List<ApplicationPackageReference> references,
      Map<String, ApplicationPackage> packages) {
    for (int i = 0; i < references.size(); i++) {
      Optional<Missing> found = missing(field(list, i), references.get(i), packages);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Missing> missing(
      String field,
      ApplicationPackageReference reference,
      Map<String, ApplicationPackage> packages) {
    ApplicationPackage found = packages.get(reference.applicationId());
    String which = field + ": ApplicationPackage " + reference.applicationId();
    if (found == null) {
      return Optional.of(
          new Missing(Obstacle.NOT_FOUND, which + " does not exist in this namespace"));
    }
    Version version = found.getSpec().version(reference.version()).orElse(null);
    if (version == null) {
      return Optional.of(
          new Missing(
              Obstacle.NOT_FOUND,
              which
                  + " does not have "
                  + (reference.version() == null
                      ? "a default version; set defaultVersion there, or version here"
                      : "version " + reference.version())));
    }
    return active(found, version).isPresent()
        ? Optional.empty()
        : Optional.of(notActive(which + " version " + version.version(), found, version));
  }

  private static Missing notActive(String which, ApplicationPackage found, Version version) {
    VersionStatus status =
        found
            .statusOrNew()
            .version(version.version())
            .filter(s -> source(version).equals(s.source()))
            .orElse(null);
    if (status == null) {
      return new Missing(Obstacle.NOT_ACTIVE, which + " has not been checked yet");
    }
    String why = status.reason() == null ? "" : ": " + status.reason() + ": " + status.message();
    return status.state() == State.FAILED
        ? new Missing(Obstacle.FAILED, which + " cannot be used" + why)
        : new Missing(Obstacle.NOT_ACTIVE, which + " is not Active yet" + why);
  }

  private static Optional<VersionStatus> active(ApplicationPackage found, Version version) {
    return found
        .statusOrNew()
        .version(version.version())
        .filter(s -> s.state() == State.ACTIVE && source(version).equals(s.source()));
  }

  /** The same field, said in a task that has the packages because of its pool. */
  public static String ofPool(String pool) {
    return "pool " + pool + ": " + FIELD;
  }

  private static String field(String list, int index) {
    return list + "[" + index + "]";
  }

  /** What of a version has to be looked at again when it changes. */
  public static String source(Version version) {
    return Names.fingerprint(
        String.join(
            "\n",
            Objects.toString(version.storageUrl(), ""),
            Objects.toString(version.httpUrl(), ""),
            Objects.toString(version.image(), ""),
            Packages.format(version),
            Objects.toString(version.sha256(), "")));
  }
}
