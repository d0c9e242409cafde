package io.poolwright.pods;

import static io.poolwright.testing.PoolBuilder.aPool;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec.Spot;
import io.poolwright.api.pool.StartTask;
import io.poolwright.testing.Goldens;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Node pods as they are sent to the API server. The cases are in src/test/resources/NodePods. */
class NodePodsTest {
  private static final NodePods PODS = new NodePods("poolwright:dev", "IfNotPresent");

  @TestFactory
  Stream<DynamicTest> pods() {
    return Goldens.pods(
        "NodePods",
        seen -> {
          Pool pool = Objects.requireNonNull(seen.pool());
          Pod pod =
              PODS.build(
                  pool,
                  7,
                  seen.setting("spot").asBoolean(),
                  seen.setting("keepsDirectory").asBoolean(),
                  seen.packages());
          PodRules.check(pod);
          if (pool.getSpec().node().templateOrEmpty().securityContext() == null) {
            PodRules.wholePodIsRestricted(pod);
          }
          return pod;
        });
  }

  @Test
  void theStartTaskGetsTheUsersWordsExactly() {
    String text = "$$ $(HOME) $$(HOME) $";
    StartTask start =
        new StartTask(
            null,
            List.of("echo", text),
            null,
            List.of(new EnvironmentSetting("MINE", text)),
            List.of(),
            null,
            null,
            null);

    Pod pod = PODS.build(aPool("p").startTask(start).build(), 1, false, false, Map.of());

    Map<String, String> known = Map.of("HOME", "/root");
    assertThat(Expansion.of(PodRules.container(pod, "start-task").getCommand(), known))
        .endsWith("echo", text);
    assertThat(PodRules.container(pod, "start-task").getEnv())
        .filteredOn(e -> e.getName().equals("MINE"))
        .allMatch(e -> Expansion.of(e.getValue(), known).equals(text));
  }

  @Test
  void aSpotNodeIsWhereThePoolSaysAndSaysThatItIsOne() {
    Toleration taint = new TolerationBuilder().withKey("spot").withOperator("Exists").build();
    Pool pool =
        aPool("p")
            .spot(new Spot(Map.of("lifecycle", "spot"), List.of(taint), "low"))
            .startTask(
                new StartTask(
                    null, List.of("prepare"), null, List.of(), List.of(), null, null, null))
            .build();

    Pod spot = PODS.build(pool, 1, true, false, Map.of());
    Pod dedicated = PODS.build(pool, 2, false, false, Map.of());

    assertThat(spot.getSpec().getNodeSelector()).isEqualTo(Map.of("lifecycle", "spot"));
    assertThat(spot.getSpec().getTolerations()).containsExactly(taint);
    assertThat(spot.getSpec().getPriorityClassName()).isEqualTo("low");
    assertThat(spot.getMetadata().getLabels()).containsEntry("poolwright.io/dedicated", "false");
    assertThat(PodRules.container(spot, "start-task").getEnv())
        .contains(new EnvVar("AZ_BATCH_NODE_IS_DEDICATED", "false", null));
    assertThat(dedicated.getSpec().getNodeSelector()).isEmpty();
    assertThat(dedicated.getSpec().getTolerations()).isEmpty();
    assertThat(dedicated.getSpec().getPriorityClassName()).isNull();
    assertThat(dedicated.getMetadata().getLabels())
        .containsEntry("poolwright.io/dedicated", "true");
    assertThat(PodRules.container(dedicated, "start-task").getEnv())
        .contains(new EnvVar("AZ_BATCH_NODE_IS_DEDICATED", "true", null));
  }
}
