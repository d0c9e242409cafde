package io.poolwright.pods;

import static io.poolwright.testing.PoolBuilder.aPool;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageSpec;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Format;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import io.poolwright.api.pool.Pool;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackagesTest {

  private static Map<String, ApplicationPackage> packaged(
      String name, @Nullable String defaultVersion, Version... versions) {
    ApplicationPackage found = new ApplicationPackage();
    found.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace("team-a").build());
    found.setSpec(new ApplicationPackageSpec(defaultVersion, Arrays.asList(versions)));
    return Map.of(name, found);
  }

  private static Version version(String name) {
    return new Version(name, "s3:///" + name + ".zip", null, null);
  }

  @Test
  void aReferenceWithAVersionSetsTheVariableOfThatVersion() {
    Pool pool = aPool("p").withPackage("blender", "4.2").build();

    assertThat(Packages.variables(pool, packaged("blender", "4.1", version("4.1"), version("4.2"))))
        .isEqualTo(
            Map.of(
                "AZ_BATCH_APP_PACKAGE_blender_4_2", "/batch/applications/blender/4.2",
                "AZ_BATCH_APP_PACKAGE_BLENDER_4_2", "/batch/applications/blender/4.2"));
  }

  @Test
  void aReferenceWithoutAVersionSetsTheVariableWithoutOneAsWell() {
    Pool pool = aPool("p").withPackage("blender", null).build();

    assertThat(Packages.variables(pool, packaged("blender", "4.1", version("4.1"), version("4.2"))))
        .isEqualTo(
            Map.of(
                "AZ_BATCH_APP_PACKAGE_blender", "/batch/applications/blender/4.1",
                "AZ_BATCH_APP_PACKAGE_BLENDER", "/batch/applications/blender/4.1",
                "AZ_BATCH_APP_PACKAGE_blender_4_1", "/batch/applications/blender/4.1",
                "AZ_BATCH_APP_PACKAGE_BLENDER_4_1", "/batch/applications/blender/4.1"));
  }

  @Test
  void dotsAndDashesBecomeUnderscores() {
    Pool pool = aPool("p").withPackage("my-app.x", "1.0-rc.1").build();

    assertThat(Packages.variables(pool, packaged("my-app.x", null, version("1.0-rc.1"))))
        .containsOnlyKeys(
            "AZ_BATCH_APP_PACKAGE_my_app_x_1_0_rc_1", "AZ_BATCH_APP_PACKAGE_MY_APP_X_1_0_RC_1")
        .containsValue("/batch/applications/my-app.x/1.0-rc.1");
  }

  @Test
  void whatDoesNotExistIsLeftOut() {
    Pool pool = aPool("p").withPackage("gone", null).withPackage("app", "9").build();
    Map<String, ApplicationPackage> packages = packaged("app", "1", version("1"));

    assertThat(Packages.variables(pool, packages)).isEmpty();
    assertThat(Packages.toUnpack(pool, packages)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "app.zip, zip",
    "app.ZIP, zip",
    "app.tar, tar",
    "app.tar.gz, tar.gz",
    "app.TGZ, tar.gz",
    "app.tar.zst, tar.zst",
    "app.tzst, tar.zst",
    "app, zip"
  })
  void theFormatIsToldFromTheKey(String key, String format) {
    Pool pool = aPool("p").withPackage("app", "1").build();
    Version version = new Version("1", "s3://bucket/" + key, null, null);

    assertThat(Packages.toUnpack(pool, packaged("app", null, version)).getFirst())
        .containsEntry("format", format);
  }

  @Test
  void whatTheUserSaysOfTheFormatWins() {
    Pool pool = aPool("p").withPackage("app", "1").build();
    Version version = new Version("1", "s3://bucket/app.zip", Format.TAR_ZST, "0a".repeat(32));

    assertThat(Packages.toUnpack(pool, packaged("app", null, version)))
        .isEqualTo(
            List.of(
                Map.of(
                    "field", "spec.applicationPackageReferences[0]",
                    "id", "app",
                    "version", "1",
                    "storageUrl", "s3://bucket/app.zip",
                    "sha256", "0a".repeat(32),
                    "format", "tar.zst",
                    "directory", "/batch/applications/app/1")));
  }
}
