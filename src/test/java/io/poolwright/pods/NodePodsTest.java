package io.poolwright.pods;

import static io.poolwright.testing.PoolBuilder.aPool;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec.StartTask;
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
          Pod pod = PODS.build(pool, 7, seen.setting("spot").asBoolean(), seen.packages());
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
            null,
            null);

    Pod pod = PODS.build(aPool("p").startTask(start).build(), 1, false, Map.of());

    Map<String, String> known = Map.of("HOME", "/root");
    assertThat(Expansion.of(PodRules.container(pod, "start-task").getCommand(), known))
        .endsWith("echo", text);
    assertThat(PodRules.container(pod, "start-task").getEnv())
        .filteredOn(e -> e.getName().equals("MINE"))
        .allMatch(e -> Expansion.of(e.getValue(), known).equals(text));
  }
}
