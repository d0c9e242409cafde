package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A pool with room for more tasks than start in one look. */
final class WavesIT {
  /** Of {@code reconcile.Waves}. */
  private static final int WAVE = 100;

  private static final String WORDS = "nothing bad here";

  private static final int TASKS = 2 * WAVE + 50;

  private static void factory(Space space) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: j}
        spec:
          poolInfo: {poolId: p}
          taskFactory: {type: Repeat, count: %d, repeatTask: {commandLine: work}}
        """
            .formatted(TASKS));
  }

  private static List<String> names() {
    return IntStream.range(0, TASKS).mapToObj(i -> "j-" + i).toList();
  }

  /** The second wave stands still in one of its pods, and the job is over all the same. */
  @Test
  void aJobThatIsCancelledWhileItStartsStartsNoMore() {
    try (Space space = new Space("waves-cancel")) {
      names().forEach(n -> space.kubelet().script(space.name(), n, End.always(new End.Hang())));
      HeldWrite second = HeldWrite.of("POST", "/pods", "\"j-" + (WAVE + 20) + "-1\"");
      space.operator(Tap.holding(second));
      space.pool("p", 1, TASKS);
      factory(space);
      space.awaitTrue(
          "the first wave runs, and the second begins",
          () -> second.isHeld() && space.kubelet().ran(space.name()).size() == WAVE);

      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"Terminated\"}}");
      Job over = space.awaitCompleted("j");
      second.goOn();

      assertThat(over.getStatus().taskCounts())
          .isEqualTo(new TaskCounts(TASKS - WAVE, 0, WAVE, 0, WAVE));
      space.awaitTrue(
          "only pods of the first wave are left to be read",
          () ->
              space.taskPods().stream()
                  .allMatch(
                      p -> names().subList(0, WAVE).contains(taskOf(p.getMetadata().getName()))));
      assertThat(space.kubelet().ran(space.name())).hasSize(WAVE);
    }
  }

  private static String taskOf(String pod) {
    return pod.substring(0, pod.lastIndexOf('-'));
  }

  @Test
  void allOfAFactoryRunOnceThoughTheOperatorIsKilledBetweenWaves() {
    try (Space space = new Space("waves-killed")) {
      HeldWrite second = HeldWrite.of("POST", "/pods", "\"j-" + (WAVE + 20) + "-1\"");
      space.operator(Tap.holding(second));
      space.pool("p", 1, TASKS);
      factory(space);
      space.awaitTrue("the second wave begins", second::isHeld);
      space.killAll();
      second.goOn();
      space.operator();

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(TASKS);
      assertRanOnce(space, names());
    }
  }

  @Test
  void allTaskObjectsOfSeveralWavesRunOnce() {
    try (Space space = new Space("waves-objects")) {
      String[] ids = IntStream.range(0, WAVE + 30).mapToObj(i -> "t" + i).toArray(String[]::new);
      space.operator();
      space.pool("p", 1, ids.length);
      space.job("j", "p", 0, ids);

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded())
          .isEqualTo(ids.length);
      assertRanOnce(space, List.of(ids).stream().map(i -> "j-" + i).toList());
    }
  }

  /** More than a wave of them, and before all others. */
  @Test
  void tasksThatCannotBeginKeepNoOtherFromStarting() {
    try (Space space = new Space("waves-refused")) {
      Policy.deny(
          space,
          """
          matchConstraints:
            resourceRules:
              - {apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE]}
          validations:
            - {expression: "!object.metadata.name.startsWith('bad')", message: %s}
          """
              .formatted(WORDS));
      space.awaitTrue("the policy is in force", () -> isRefused(space));
      space.operator();
      space.pool("p", 1, TASKS);
      String[] ids = IntStream.range(0, WAVE + 20).mapToObj(i -> "t" + i).toArray(String[]::new);
      space.job("bad", "p", 0, ids);
      space.merge(Job.class, "bad", "{\"spec\":{\"priority\":10}}");
      space.awaitTrue("all of them are made", () -> space.tasks().size() == ids.length);

      space.job("good", "p", 0, "a", "b");

      space.awaitCompleted("good");
      assertThat(space.kubelet().ran(space.name())).hasSize(2);
      Policy.allow(space);
    }
  }

  private static boolean isRefused(Space space) {
    Pod probe =
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: bad-probe}
            spec:
              securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
              containers:
                - name: c
                  image: busybox
                  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
            """,
            Pod.class);
    try {
      space.user().resource(probe).inNamespace(space.name()).dryRun().create();
      return false;
    } catch (KubernetesClientException e) {
      return e.getMessage().contains(WORDS);
    }
  }

  private static void assertRanOnce(Space space, Collection<String> tasks) {
    assertThat(space.kubelet().ran(space.name()).stream().map(Ran::task).toList())
        .containsExactlyInAnyOrderElementsOf(tasks);
  }
}
