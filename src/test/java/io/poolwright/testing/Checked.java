package io.poolwright.testing;

import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import io.poolwright.api.apppackage.ApplicationPackageStatus;
import io.poolwright.api.apppackage.ApplicationPackageStatus.State;
import io.poolwright.api.apppackage.ApplicationPackageStatus.VersionStatus;
import io.poolwright.pods.PackageUse;
import java.util.List;

/** Packages as they are after their versions were looked at. */
public final class Checked {
  /** Of every archive here. */
  public static final String DIGEST = "0123456789abcdef".repeat(4);

  private Checked() {}

  /** All versions are Active, or what the package's own status says of them as they are now. */
  public static ApplicationPackage unlessSaid(ApplicationPackage found) {
    List<VersionStatus> versions =
        found.getSpec().versions().stream()
            .map(v ->
                found
                    .statusOrNew()
                    .version(v.version())
                    .map(s -> said(v, s))
                    .orElseGet(() -> of(v)))
            .toList();
    found.setStatus(new ApplicationPackageStatus(1L, versions, List.of()));
    return found;
  }

  private static VersionStatus said(Version version, VersionStatus status) {
    return new VersionStatus(
        status.version(),
        status.state(),
        status.reason(),
        status.message(),
        null,
        null,
        null,
        null,
        null,
        PackageUse.source(version),
        null,
        null,
        null);
  }

  private static VersionStatus of(Version version) {
    return new VersionStatus(
        version.version(),
        State.ACTIVE,
        null,
        null,
        1000L,
        3L,
        5000L,
        version.image() == null ? DIGEST : null,
        FakeClock.START.toString(),
        PackageUse.source(version),
        null,
        null,
        null);
  }
}
