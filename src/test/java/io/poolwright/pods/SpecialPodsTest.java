package io.poolwright.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.pods.SpecialPods.Kind;
import io.poolwright.pods.TaskPods.Place;
import io.poolwright.testing.Goldens;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Pods of preparations and releases as they are sent to the API server. The cases are in
 * src/test/resources/SpecialPods.
 */
class SpecialPodsTest {
  private static final SpecialPods PODS =
      new SpecialPods(new TaskPods("poolwright:dev", "IfNotPresent"));

  @TestFactory
  Stream<DynamicTest> pods() {
    return Goldens.pods(
        "SpecialPods",
        seen -> {
          Pod pod =
              PODS.build(
                  Kind.valueOf(seen.text("kindOfTask").orElseThrow()),
                  Objects.requireNonNull(seen.job()),
                  Objects.requireNonNull(seen.pool()),
                  new Place("p-node-1", "machine-1", false, null, 1),
                  seen.packages());
          PodRules.check(pod);
          assertThat(pod.getMetadata().getFinalizers()).containsExactly(Names.LEDGER);
          assertThat(pod.getMetadata().getLabels()).doesNotContainValue(Names.ROLE_TASK);
          assertThat(pod.getSpec().getSchedulingGates())
              .extracting(g -> g.getName())
              .containsExactly(Names.LEDGER);
          return pod;
        });
  }
}
