package io.poolwright.pods;

import static io.poolwright.testing.JobBuilder.aJob;
import static io.poolwright.testing.PoolBuilder.aPool;
import static io.poolwright.testing.TaskBuilder.aTask;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec.Spot;
import io.poolwright.pods.TaskPods.Place;
import io.poolwright.testing.Goldens;
import io.poolwright.testing.TaskBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Task pods as they are sent to the API server. The cases are in src/test/resources/TaskPods. */
class TaskPodsTest {
  private static final TaskPods PODS = new TaskPods("poolwright:dev", "IfNotPresent");
  private static final Place PLACE = new Place("p-node-1", "machine-1", false, null, 1);

  @TestFactory
  Stream<DynamicTest> pods() {
    return Goldens.pods(
        "TaskPods",
        seen -> {
          Pool pool = Objects.requireNonNull(seen.pool());
          Place place =
              new Place(
                  "p-node-1",
                  "machine-1",
                  false,
                  seen.text("joinedWith").orElse(null),
                  1,
                  seen.text("subtask").map(Integer::valueOf).orElse(0));
          Pod pod =
              PODS.build(
                  seen.task(), Objects.requireNonNull(seen.job()), pool, place, seen.packages());
          PodRules.check(pod);
          if (pool.getSpec().node().templateOrEmpty().securityContext() == null) {
            PodRules.wholePodIsRestricted(pod);
          }
          assertThat(pod.getMetadata().getFinalizers()).containsExactly(Names.LEDGER);
          assertThat(pod.getSpec().getSchedulingGates())
              .extracting(g -> g.getName())
              .containsExactly(Names.LEDGER);
          return pod;
        });
  }

  @Test
  void theCommandGetsTheUsersWordsExactly() {
    Random random = new Random(1);
    Map<String, String> known = Map.of("HOME", "/root", "AZ_BATCH_TASK_ID", "expanded");
    List<String> pieces =
        List.of("$", "$(", ")", "(", "HOME", "AZ_BATCH_TASK_ID", "$(HOME)", "x", "{", " ", "\\");
    for (int i = 0; i < 500; i++) {
      StringBuilder word = new StringBuilder();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        word.append(pieces.get(random.nextInt(pieces.size())));
      }
      String text = word.toString();

      Pod pod =
          PODS.build(
              aTask("t").command("echo", text).env("MINE", text).build(),
              aJob("j").env("OURS", text).build(),
              aPool("p").build(),
              PLACE,
              Map.of());

      List<String> command = PodRules.container(pod, "task").getCommand();
      assertThat(Expansion.of(command, known))
          .containsExactly(
              "/poolwright/run/busybox", "sh", "/poolwright/run/runner.sh", "echo", text);
      assertThat(PodRules.container(pod, "task").getEnv())
          .filteredOn(e -> e.getName().equals("MINE") || e.getName().equals("OURS"))
          .extracting(EnvVar::getValue)
          .allMatch(v -> Expansion.of(v, known).equals(text));
    }
  }

  @Test
  void stagersSeeNoVariableOfTheUser() {
    Pod pod =
        PODS.build(
            aTask("t").env("LD_PRELOAD", "/evil.so").build(),
            aJob("j").env("JAVA_TOOL_OPTIONS", "-javaagent:x").build(),
            aPool("p").build(),
            PLACE,
            Map.of());

    for (Container ours : PodRules.containers(pod)) {
      if (ours.getName().equals("task")) {
        continue;
      }
      assertThat(ours.getEnv())
          .extracting(EnvVar::getName)
          .allMatch(n -> n.startsWith("AZ_BATCH_") || n.startsWith("POOLWRIGHT_"));
    }
  }

  @Test
  void theTasksVariableWinsOverTheJobsAndOursOverBoth() {
    Pod pod =
        PODS.build(
            aTask("t").env("A", "task").env("AZ_BATCH_TASK_ID", "forged").env("B", null).build(),
            aJob("j").env("A", "job").env("C", "job").build(),
            aPool("p").build(),
            PLACE,
            Map.of());

    assertThat(PodRules.container(pod, "task").getEnv())
        .extracting(EnvVar::getName)
        .doesNotHaveDuplicates();
    assertThat(PodRules.container(pod, "task").getEnv())
        .contains(
            new EnvVar("A", "task", null),
            new EnvVar("B", "", null),
            new EnvVar("C", "job", null),
            new EnvVar("AZ_BATCH_TASK_ID", "t", null));
  }

  @ParameterizedTest
  @CsvSource({", 604800", "PT1H, 3600"})
  void retentionIsSevenDaysUnlessGiven(@Nullable String given, String seconds) {
    TaskBuilder task = given == null ? aTask("t") : aTask("t").retentionTime(given);
    Pod pod = PODS.build(task.build(), aJob("j").build(), aPool("p").build(), PLACE, Map.of());

    assertThat(PodRules.container(pod, "stage-out").getEnv())
        .contains(new EnvVar("POOLWRIGHT_RETENTION_SECONDS", seconds, null));
  }

  @Test
  void aTaskOnASpotNodeFollowsItAndKnowsThatItMayBeTakenBack() {
    Toleration taint = new TolerationBuilder().withKey("spot").withOperator("Exists").build();
    Pool pool = aPool("p").spot(new Spot(Map.of(), List.of(taint), "low")).build();

    Pod pod =
        PODS.build(
            aTask("t").build(),
            aJob("j").build(),
            pool,
            new Place("p-node-1", "machine-1", true, null, 1),
            Map.of());

    assertThat(pod.getSpec().getTolerations()).containsExactly(taint);
    assertThat(pod.getSpec().getPriorityClassName()).isEqualTo("low");
    assertThat(PodRules.container(pod, "task").getEnv())
        .contains(new EnvVar("AZ_BATCH_NODE_IS_DEDICATED", "false", null));
  }
}
