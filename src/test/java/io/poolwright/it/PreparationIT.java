package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.pods.Names;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 8 of the reference: what a job does on a node before its first task, and at its end. */
class PreparationIT {
  static final String FIRST = "j/preparation/p-node-1";
  static final String RELEASE = "j/release/p-node-1";

  static String job(String settings, String tasks) {
    return """
    apiVersion: poolwright.io/v1alpha1
    kind: Job
    metadata: {name: j}
    spec:
      poolInfo: {poolId: p}
    """
        + settings.indent(2)
        + "  tasks:\n"
        + tasks.indent(4);
  }

  static NodePreparation first(Job job) {
    return job.statusOrNew().preparations().getFirst();
  }

  static long runs(Space space, String subject) {
    return space.kubelet().ran(space.name(), subject).size();
  }

  static void awaitRuns(Space space, String subject, int count) {
    space.awaitTrue(subject + " runs", () -> runs(space, subject) == count);
  }

  static List<String> order(Space space) {
    return space.kubelet().ran(space.name()).stream().map(Ran::task).toList();
  }

  private static List<Pod> special(Space space) {
    return space.pods(Names.ROLE_SPECIAL);
  }

  @Test
  void aNodeIsPreparedOnceBeforeItsFirstTaskAndReleasedAfterTheLast() {
    try (Space space = new Space("prep")) {
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              "jobPreparationTask: {commandLine: prepare}\njobReleaseTask: {commandLine: clean}",
              "- {id: a, commandLine: work}\n- {id: b, commandLine: work}\n"));

      Job over = space.awaitCompleted("j");

      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(2);
      assertThat(order(space)).hasSize(4).startsWith(FIRST).endsWith(RELEASE);
      assertThat(first(over).preparation().result()).isEqualTo(TaskResult.SUCCESS);
      assertThat(first(over).release()).isNotNull();
      assertThat(first(over).release().result()).isEqualTo(TaskResult.SUCCESS);
      space.awaitTrue("their pods are gone", () -> special(space).isEmpty());
      space.awaitTrue(
          "nothing keeps the job", () -> space.job("j").getMetadata().getFinalizers().isEmpty());
    }
  }

  @Test
  void onlyNodesThatRunTasksArePrepared() {
    try (Space space = new Space("lazy")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 3, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.apply(
          job("jobPreparationTask: {commandLine: prepare}", "- {id: a, commandLine: work}\n"));
      awaitRuns(space, "j-a", 1);

      assertThat(space.job("j").getStatus().preparations()).hasSize(1);
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      space.awaitCompleted("j");
      assertThat(order(space)).hasSize(2);
    }
  }

  @Test
  void aTaskWaitsForThePreparationAndKeepsItsSlot() {
    try (Space space = new Space("waits")) {
      space.kubelet().script(space.name(), "j/preparation", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              "priority: 5\njobPreparationTask: {commandLine: prepare}",
              "- {id: a, commandLine: work}\n"));
      awaitRuns(space, FIRST, 1);
      space.awaitTask("j-a", t -> Space.reason(t).equals("WaitingForPreparation"));
      space.job("other", "p", 0, "x");
      space.awaitPool("p", p -> Integer.valueOf(1).equals(p.getStatus().usedSlots()));

      space.kubelet().finish(space.name(), FIRST, End.SUCCESS);

      space.awaitCompleted("j");
      space.awaitCompleted("other");
      assertThat(order(space)).containsExactly(FIRST, "j-a", "other-x");
    }
  }

  @Test
  void aNodeWhosePreparationFailsTakesNoTaskOfTheJobButThoseOfOthers() {
    try (Space space = new Space("fails")) {
      space.kubelet().script(space.name(), FIRST, End.always(new End.Exit(3)));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              "priority: 5\njobPreparationTask: {commandLine: prepare, constraints: {maxTaskRetryCount: 1}}\njobReleaseTask: {commandLine: clean}",
              "- {id: a, commandLine: work}\n"));

      Job stuck = space.awaitJob("j", j -> Space.reason(j).equals("PreparationFailed"));
      assertThat(Space.message(stuck))
          .contains("spec.jobPreparationTask")
          .contains("p-node-1: FailureExitCode")
          .contains("exit code 3");
      assertThat(runs(space, FIRST)).isEqualTo(2);
      assertThat(first(stuck).preparation().retries()).isEqualTo(1);
      space.awaitTask(
          "j-a",
          t ->
              Space.reason(t).equals("PreparationFailed")
                  && Space.message(t).contains("jobPreparationTask"));
      space.job("other", "p", 0, "x");
      space.awaitCompleted("other");
      assertThat(runs(space, "j-a")).isZero();

      // Another node is tried, and the job runs there.
      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":2}}");
      Job over = space.awaitCompleted("j");
      assertThat(runs(space, "j/preparation/p-node-2")).isEqualTo(1);
      assertThat(runs(space, RELEASE)).isZero();
      assertThat(runs(space, "j/release/p-node-2")).isEqualTo(1);
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(1);
    }
  }

  @Test
  void theReleaseRunsOnlyWhereThePreparationCompleted() {
    try (Space space = new Space("release-where")) {
      space.kubelet().script(space.name(), FIRST, End.always(new End.Exit(3)));
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 3, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.job("other", "p", 0, "x");
      space.awaitCompleted("other");
      space.apply(
          job(
              "jobPreparationTask: {commandLine: prepare}\njobReleaseTask: {commandLine: clean}",
              "- {id: a, commandLine: work}\n"));
      awaitRuns(space, FIRST, 1);
      awaitRuns(space, "j-a", 1);
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);

      space.awaitCompleted("j");

      List<String> prepared = runsOf(space, "j/preparation/");
      assertThat(prepared).hasSize(2).contains(FIRST);
      assertThat(runsOf(space, "j/release/"))
          .as("not where it failed, and not where nothing of the job was")
          .containsExactly(prepared.getLast().replace("preparation", "release"));
    }
  }

  private static List<String> runsOf(Space space, String prefix) {
    return order(space).stream().filter(s -> s.startsWith(prefix)).toList();
  }

  @Test
  void whoDoesNotWaitForItDoesNotMindHowItEnds() {
    try (Space space = new Space("nowait")) {
      space.kubelet().script(space.name(), "j/preparation", End.always(new End.Exit(3)));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              "jobPreparationTask: {commandLine: prepare, waitForSuccess: false}\njobReleaseTask: {commandLine: clean}",
              "- {id: a, commandLine: work}\n"));

      Job over = space.awaitCompleted("j");

      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(1);
      assertThat(first(over).preparation().result()).isEqualTo(TaskResult.FAILURE);
      assertThat(runs(space, RELEASE)).isEqualTo(1);
    }
  }

  @Test
  void aReleaseThatFailsDoesNotChangeTheJob() {
    try (Space space = new Space("release-fails")) {
      space.kubelet().script(space.name(), "j/release", End.always(new End.Exit(9)));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              "jobPreparationTask: {commandLine: prepare}\njobReleaseTask: {commandLine: clean}",
              "- {id: a, commandLine: work}\n"));

      Job over = space.awaitCompleted("j");

      assertThat(Space.reason(over)).isEqualTo("Succeeded");
      assertThat(first(over).release().exitCode()).isEqualTo(9);
      assertThat(runs(space, RELEASE)).isEqualTo(1);
    }
  }

  @Test
  void aTerminatedJobStopsItsPreparationAndReleasesNothing() {
    try (Space space = new Space("terminated")) {
      space.kubelet().script(space.name(), "j/preparation", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              "jobPreparationTask: {commandLine: prepare}\njobReleaseTask: {commandLine: clean}",
              "- {id: a, commandLine: work}\n"));
      awaitRuns(space, FIRST, 1);

      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"Terminated\"}}");

      Job over = space.awaitCompleted("j");
      assertThat(first(over).preparation().failureInfo().code()).isEqualTo("TaskEnded");
      assertThat(order(space)).containsExactly(FIRST);
      assertThat(space.task("j-a").statusOrNew().stateOrActive()).isEqualTo(TaskState.ACTIVE);
      space.awaitTrue("its pod is gone", () -> special(space).isEmpty());
    }
  }

  @Test
  void aDeletedJobReleasesItsNodesFirst() {
    try (Space space = new Space("deleted")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              "jobPreparationTask: {commandLine: prepare}\njobReleaseTask: {commandLine: clean}",
              "- {id: a, commandLine: work}\n"));
      awaitRuns(space, "j-a", 1);

      space.delete(Job.class, "j");

      space.awaitTrue("it is gone", () -> space.get(Job.class, "j") == null);
      assertThat(order(space)).containsExactly(FIRST, "j-a", RELEASE);
      space.awaitTrue("no pod of it is held", () -> held(space) == 0);
    }
  }

  private static long held(Space space) {
    return special(space).stream().filter(p -> !p.getMetadata().getFinalizers().isEmpty()).count();
  }

  @Test
  void tasksOfAFactoryWaitForTheirNodesAsOthersDo() {
    try (Space space = new Space("factory")) {
      space.kubelet().script(space.name(), FIRST, End.always(new End.Exit(3)));
      space.operator();
      space.pool("p", 1, 2);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: j}
          spec:
            poolInfo: {poolId: p}
            jobPreparationTask: {commandLine: prepare}
            jobReleaseTask: {commandLine: clean}
            taskFactory:
              type: ParametricSweep
              parameterSets: [{start: 0, end: 4}]
              repeatTask: {commandLine: work}
          """);
      space.awaitJob("j", j -> Space.reason(j).equals("PreparationFailed"));
      assertThat(order(space)).containsExactly(FIRST);

      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":2}}");

      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(5);
      assertThat(order(space))
          .hasSize(8)
          .startsWith(FIRST, "j/preparation/p-node-2")
          .endsWith("j/release/p-node-2");
    }
  }

  @Test
  void aJobWithoutPreparationWritesNothingForIt() {
    try (Space space = new Space("none")) {
      RunningOperator operator = space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");

      Job over = space.awaitCompleted("j");

      assertThat(over.getStatus().preparations()).isEmpty();
      assertThat(operator.tap().writes()).extracting(Tap.Write::resource).doesNotContain("jobs");
    }
  }
}
