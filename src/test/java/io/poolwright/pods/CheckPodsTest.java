package io.poolwright.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageSpec;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import io.poolwright.testing.Goldens;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Pods that look at packages. The cases are in src/test/resources/CheckPods. */
class CheckPodsTest {
  private static final CheckPods PODS = new CheckPods("poolwright:dev", "IfNotPresent");

  @TestFactory
  Stream<DynamicTest> pods() {
    return Goldens.pods(
        "CheckPods",
        seen -> {
          ApplicationPackage found = seen.applicationPackage();
          Version version = found.getSpec().versions().getFirst();
          Pod pod = PODS.build(found, 0, CheckPods.name(found, version, null, 0));
          PodRules.check(pod);
          PodRules.wholePodIsRestricted(pod);
          return pod;
        });
  }

  private static ApplicationPackage of(String uid, Version... versions) {
    ApplicationPackage found = new ApplicationPackage();
    found.setMetadata(
        new ObjectMetaBuilder().withName("n".repeat(63)).withNamespace("a").withUid(uid).build());
    found.setSpec(new ApplicationPackageSpec(null, null, null, List.of(versions)));
    return found;
  }

  @Test
  void anotherLookHasAnotherNameAndTheSameHasTheSame() {
    Version one = new Version("1", "s3:///1.zip", null, null, null, null);
    Version changed = new Version("1", "s3:///other.zip", null, null, null, null);
    Version two = new Version("2", "s3:///1.zip", null, null, null, null);
    Set<String> names =
        new HashSet<>(
            List.of(
                CheckPods.name(of("u", one), one, null, 0),
                CheckPods.name(of("u", one), one, null, 1),
                CheckPods.name(of("u", one), one, "again", 0),
                CheckPods.name(of("u", changed), changed, null, 0),
                CheckPods.name(of("u", two), two, null, 0),
                CheckPods.name(of("v", one), one, null, 0)));

    assertThat(names).hasSize(6).allMatch(n -> n.length() <= 63);
    assertThat(names).contains(CheckPods.name(of("u", one, two), one, null, 0));
  }
}
