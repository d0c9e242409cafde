package io.poolwright.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.poolwright.api.ApplicationPackageReference;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageSpec;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Format;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import io.poolwright.api.apppackage.ApplicationPackageStatus;
import io.poolwright.api.apppackage.ApplicationPackageStatus.State;
import io.poolwright.api.apppackage.ApplicationPackageStatus.VersionStatus;
import io.poolwright.pods.PackageUse.Missing;
import io.poolwright.pods.PackageUse.Obstacle;
import io.poolwright.pods.Packages.Installed;
import io.poolwright.testing.Checked;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackagesTest {
  private static final String SHORT = Checked.DIGEST.substring(0, 16);

  private static ApplicationPackage unchecked(
      String name, @Nullable String defaultVersion, Version... versions) {
    ApplicationPackage found = new ApplicationPackage();
    found.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("team-a").build());
    found.setSpec(new ApplicationPackageSpec(null, defaultVersion, null, Arrays.asList(versions)));
    return found;
  }

  private static Map<String, ApplicationPackage> packaged(
      String name, @Nullable String defaultVersion, Version... versions) {
    return Map.of(name, Checked.unlessSaid(unchecked(name, defaultVersion, versions)));
  }

  private static Version version(String name) {
    return new Version(name, "s3:///" + name + ".zip", null, null, null, null);
  }

  private static Version image(String name, String image) {
    return new Version(name, null, null, image, null, null);
  }

  private static List<ApplicationPackageReference> reference(String id, @Nullable String version) {
    return List.of(new ApplicationPackageReference(id, version));
  }

  private static Map<String, String> variables(
      List<ApplicationPackageReference> references, Map<String, ApplicationPackage> packages) {
    return Packages.variables(
        Packages.installed(PackageUse.all(PackageUse.FIELD, references, packages)));
  }

  @Test
  void aReferenceWithAVersionSetsTheVariableOfThatVersion() {
    assertThat(
            variables(
                reference("blender", "4.2"),
                packaged("blender", "4.1", version("4.1"), version("4.2"))))
        .isEqualTo(
            Map.of(
                "AZ_BATCH_APP_PACKAGE_blender_4_2", "/batch/applications/blender/4.2-" + SHORT,
                "AZ_BATCH_APP_PACKAGE_BLENDER_4_2", "/batch/applications/blender/4.2-" + SHORT));
  }

  @Test
  void aReferenceWithoutAVersionSetsTheVariableWithoutOneAsWell() {
    assertThat(
            variables(
                reference("blender", null),
                packaged("blender", "4.1", version("4.1"), version("4.2"))))
        .isEqualTo(
            Map.of(
                "AZ_BATCH_APP_PACKAGE_blender", "/batch/applications/blender/4.1-" + SHORT,
                "AZ_BATCH_APP_PACKAGE_BLENDER", "/batch/applications/blender/4.1-" + SHORT,
                "AZ_BATCH_APP_PACKAGE_blender_4_1", "/batch/applications/blender/4.1-" + SHORT,
                "AZ_BATCH_APP_PACKAGE_BLENDER_4_1", "/batch/applications/blender/4.1-" + SHORT));
  }

  @Test
  void dotsAndDashesBecomeUnderscores() {
    assertThat(
            variables(
                reference("my-app.x", "1.0-rc.1"), packaged("my-app.x", null, version("1.0-rc.1"))))
        .containsOnlyKeys(
            "AZ_BATCH_APP_PACKAGE_my_app_x_1_0_rc_1", "AZ_BATCH_APP_PACKAGE_MY_APP_X_1_0_RC_1")
        .containsValue("/batch/applications/my-app.x/1.0-rc.1-" + SHORT);
  }

  @Test
  void whatANodeJoinedWithIsReadBackFromItsMark() {
    List<Installed> all =
        List.of(
            new Installed("a", "1", "/batch/applications/a/1-0123", null, true),
            new Installed("b", "2", "/poolwright/images/b/2", "registry/b:2", false));

    assertThat(Packages.read(Packages.write(all))).isEqualTo(all);
    assertThat(Packages.read(null)).isEmpty();
    assertThat(Packages.read("edited by somebody")).isEmpty();
  }

  @Test
  void anImageIsMountedReadOnlyOnceHoweverOftenItIsReferredTo() {
    List<Installed> all =
        Packages.installed(
            PackageUse.all(
                PackageUse.FIELD,
                List.of(
                    new ApplicationPackageReference("tool", null),
                    new ApplicationPackageReference("tool", "1")),
                packaged("tool", "1", image("1", "registry/tool:1"))));
    assertThat(all.getFirst().directory())
        .as("another image under the same version is mounted beside it")
        .isNotEqualTo(
            Packages.installed(
                    PackageUse.all(
                        PackageUse.FIELD,
                        reference("tool", null),
                        packaged("tool", "1", image("1", "registry/tool:2"))))
                .getFirst()
                .directory());

    assertThat(Packages.volumes(all))
        .singleElement()
        .satisfies(v -> assertThat(v.getImage().getReference()).isEqualTo("registry/tool:1"));
    assertThat(Packages.mounts(all))
        .singleElement()
        .satisfies(m -> {
          assertThat(m.getMountPath()).startsWith("/poolwright/images/tool/1-");
          assertThat(m.getReadOnly()).isTrue();
        });
    assertThat(Packages.variables(all))
        .containsEntry("AZ_BATCH_APP_PACKAGE_tool", all.getFirst().directory());
  }

  @Test
  void whatIsMissingIsNamedWithItsField() {
    Map<String, ApplicationPackage> packages = packaged("app", null, version("1"));

    missing(reference("gone", null), packages, Obstacle.NOT_FOUND, "gone does not exist");
    missing(reference("app", "9"), packages, Obstacle.NOT_FOUND, "does not have version 9");
    missing(reference("app", null), packages, Obstacle.NOT_FOUND, "a default version");
    assertThat(PackageUse.missing(PackageUse.FIELD, reference("app", "1"), packages)).isEmpty();
  }

  @Test
  void onlyWhatWasLookedAtAndIsStillTheSameMayBeUsed() {
    ApplicationPackage found = unchecked("app", null, version("1"));
    missing(
        reference("app", "1"), Map.of("app", found), Obstacle.NOT_ACTIVE, "not been checked yet");

    found.setStatus(status(version("1"), State.PENDING, "BlobNotFound"));
    missing(reference("app", "1"), Map.of("app", found), Obstacle.NOT_ACTIVE, "BlobNotFound: why");

    found.setStatus(status(version("1"), State.FAILED, "ApplicationPackageError"));
    missing(
        reference("app", "1"),
        Map.of("app", found),
        Obstacle.FAILED,
        "ApplicationPackageError: why");

    Version other = new Version("1", "s3:///other.zip", null, null, null, null);
    found.setStatus(status(other, State.ACTIVE, null));
    missing(
        reference("app", "1"), Map.of("app", found), Obstacle.NOT_ACTIVE, "not been checked yet");
    assertThat(PackageUse.all(PackageUse.FIELD, reference("app", "1"), Map.of("app", found)))
        .isEmpty();
  }

  private static void missing(
      List<ApplicationPackageReference> references,
      Map<String, ApplicationPackage> packages,
      Obstacle obstacle,
      String part) {
    assertThat(PackageUse.missing(PackageUse.FIELD, references, packages))
        .hasValueSatisfying(m -> {
          assertThat(m.obstacle()).isEqualTo(obstacle);
          assertThat(m.message())
              .startsWith("spec.applicationPackageReferences[0]: ApplicationPackage ")
              .contains(part);
        })
        .map(Missing::obstacle)
        .contains(obstacle);
    assertThat(PackageUse.all(PackageUse.FIELD, references, packages)).isEmpty();
  }

  private static ApplicationPackageStatus status(
      Version looked, State state, @Nullable String code) {
    return new ApplicationPackageStatus(
        1L,
        List.of(
            new VersionStatus(
                "1",
                state,
                code,
                code == null ? null : "why",
                null,
                null,
                null,
                Checked.DIGEST,
                null,
                PackageUse.source(looked),
                null,
                null,
                null)),
        List.of());
  }

  @Test
  void whateverAVersionSaysIsLookedAtAnewWhenItChanges() {
    Set<String> sources = new HashSet<>();
    List<Version> all =
        List.of(
            version("1"),
            new Version("1", "s3:///1.tar", null, null, null, null),
            new Version("1", "s3:///1.zip", null, null, Format.TAR, null),
            new Version("1", "s3:///1.zip", null, null, null, "0a".repeat(32)),
            new Version("1", null, "https://x/1.zip", null, null, null),
            image("1", "registry/tool:1"),
            image("1", "registry/tool:2"));
    all.forEach(v -> sources.add(PackageUse.source(v)));

    assertThat(sources).hasSameSizeAs(all);
    assertThat(PackageUse.source(new Version("1", "s3:///1.zip", null, null, Format.ZIP, null)))
        .as("the format that was told from the name before")
        .isEqualTo(PackageUse.source(version("1")));
  }

  @ParameterizedTest
  @CsvSource({
    "s3://b/app.zip, zip",
    "s3://b/app.ZIP, zip",
    "s3://b/app.tar, tar",
    "s3://b/app.tar.gz, tar.gz",
    "s3://b/app.TGZ, tar.gz",
    "s3://b/app.tar.zst, tar.zst",
    "s3://b/app.tzst, tar.zst",
    "s3://b/app, zip",
    "https://x/app.tgz?signature=app.zip, tar.gz",
    "https://x/app.tar#part, tar"
  })
  void theFormatIsToldFromTheName(String url, String format) {
    Version version =
        url.startsWith("s3:")
            ? new Version("1", url, null, null, null, null)
            : new Version("1", null, url, null, null, null);

    assertThat(Packages.format(version)).isEqualTo(format);
  }

  @Test
  void whatTheUserSaysOfTheFormatWins() {
    Version version =
        new Version("1", "s3://bucket/app.zip", null, null, Format.TAR_ZST, "0a".repeat(32));
    List<PackageUse> uses =
        PackageUse.all(PackageUse.FIELD, reference("app", "1"), packaged("app", null, version));

    assertThat(Packages.toUnpack(uses))
        .isEqualTo(
            List.of(
                Map.of(
                    "field", "spec.applicationPackageReferences[0]",
                    "id", "app",
                    "version", "1",
                    "storageUrl", "s3://bucket/app.zip",
                    "format", "tar.zst",
                    "digest", Checked.DIGEST,
                    "directory", "/batch/applications/app/1-" + SHORT)));
  }
}
