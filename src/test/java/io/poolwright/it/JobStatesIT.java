package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import org.junit.jupiter.api.Test;

/** Sections 5.2 to 5.4 of the reference, and what a user may ask of one task (7.3). */
class JobStatesIT {

  private static void desire(Space space, String state) {
    space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"" + state + "\"}}");
  }

  /** Inline tasks are made side by side: without a dependency either could be the first. */
  private static final String A_THEN_B =
      "- {id: a, commandLine: work}\n- {id: b, commandLine: work, dependsOn: {taskIds: [a]}}\n";

  private static void job(Space space, String settings, String tasks) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: j}
        spec:
          poolInfo: {poolId: p}
        """
            + settings.indent(2)
            + "  tasks:\n"
            + tasks.indent(4));
  }

  private static void awaitRunning(Space space, int count) {
    space.awaitJob(
        "j",
        j ->
            j.statusOrNew().taskCounts() != null
                && j.statusOrNew().taskCounts().running() == count);
    space.awaitTrue("commands run", () -> space.kubelet().ran(space.name()).size() >= count);
  }

  private static String code(Task task) {
    ExecutionInfo end = task.statusOrNew().execution();
    assertThat(end.result()).isEqualTo(TaskResult.FAILURE);
    return end.failureInfo() == null ? "" : end.failureInfo().code();
  }

  @Test
  void aDisabledJobGivesItsTasksBackAndGoesOnWhenItIsEnabled() {
    try (Space space = new Space("disable")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      job(space, "priority: 0", A_THEN_B);
      awaitRunning(space, 1);

      desire(space, "Disabled");
      Job disabled = space.awaitJob("j", j -> j.stateOrActive() == JobState.DISABLED);
      assertThat(Space.reason(disabled)).isEqualTo("Disabled");
      assertThat(disabled.getStatus().taskCounts().active()).isEqualTo(2);
      space.awaitTask("j-a", t -> Space.reason(t).equals("JobDisabled"));
      space.awaitTask("j-b", t -> Space.reason(t).equals("JobDisabled"));
      desire(space, "Active");

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(2);
      assertThat(space.task("j-a").statusOrNew().attempts()).isEqualTo(2);
      assertThat(space.task("j-a").statusOrNew().execution().retries()).isZero();
    }
  }

  @Test
  void whatRunsMayEndWhenAJobIsDisabledAndWaits() {
    try (Space space = new Space("wait")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      job(space, "disableTasks: Wait", A_THEN_B);
      awaitRunning(space, 1);

      desire(space, "Disabled");
      space.awaitJob("j", j -> j.stateOrActive() == JobState.DISABLING);
      space.awaitTask("j-b", t -> Space.reason(t).equals("JobDisabled"));
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);

      Job disabled = space.awaitJob("j", j -> j.stateOrActive() == JobState.DISABLED);
      assertThat(disabled.getStatus().taskCounts().succeeded()).isEqualTo(1);
      assertThat(space.kubelet().ran(space.name(), "j-b")).isEmpty();
    }
  }

  @Test
  void whatWasWaitedForRunsOnWhenTheJobIsEnabledAgain() {
    try (Space space = new Space("wait-no-more")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      job(space, "disableTasks: Wait", "- {id: a, commandLine: work}\n");
      awaitRunning(space, 1);

      desire(space, "Disabled");
      space.awaitJob("j", j -> j.stateOrActive() == JobState.DISABLING);
      desire(space, "Active");
      space.awaitJob("j", j -> j.stateOrActive() == JobState.ACTIVE);
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);

      space.awaitCompleted("j");
      assertThat(space.task("j-a").statusOrNew().attempts()).isEqualTo(1);
    }
  }

  @Test
  void whatRunsFailsWhenAJobIsDisabledAndTerminatesIt() {
    try (Space space = new Space("disable-hard")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      job(space, "disableTasks: Terminate", A_THEN_B);
      awaitRunning(space, 1);

      desire(space, "Disabled");
      space.awaitJob("j", j -> j.stateOrActive() == JobState.DISABLED);

      assertThat(code(space.task("j-a"))).isEqualTo("TaskEnded");
      assertThat(space.task("j-b").statusOrNew().stateOrActive()).isEqualTo(TaskState.ACTIVE);
    }
  }

  @Test
  void aTaskDisablesItsJobUntilSomebodyEnablesIt() {
    try (Space space = new Space("by-task")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Exit(9)));
      space.operator();
      space.pool("p", 1, 1);
      job(
          space,
          "onTaskFailure: PerformExitOptionsJobAction",
          """
          - {id: a, commandLine: work, exitConditions: {exitCodes: [{code: 9, exitOptions: {jobAction: Disable, dependencyAction: Satisfy}}]}}
          - {id: b, commandLine: work, dependsOn: {taskIds: [a]}}
          """);

      Job disabled = space.awaitJob("j", j -> j.stateOrActive() == JobState.DISABLED);
      assertThat(Space.message(disabled))
          .contains("Task j-a ended")
          .contains("poolwright.io/enable");
      space.merge(
          Job.class, "j", "{\"metadata\":{\"annotations\":{\"poolwright.io/enable\":\"mended\"}}}");

      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(1);
      assertThat(over.getStatus().taskCounts().failed()).isEqualTo(1);
      assertThat(space.kubelet().ran(space.name(), "j-b")).hasSize(1);
    }
  }

  @Test
  void aTaskThatFailsEndsItsJobWhereTheJobSaysSo() {
    try (Space space = new Space("end-by-task")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.kubelet().script(space.name(), "j-b", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 2, 1);
      job(
          space,
          "onTaskFailure: PerformExitOptionsJobAction",
          "- {id: a, commandLine: work}\n- {id: b, commandLine: work}\n- {id: c, commandLine: work, dependsOn: {taskIds: [b]}}\n");
      awaitRunning(space, 2);
      space.kubelet().finish(space.name(), "j-a", new End.Exit(1));

      Job over = space.awaitCompleted("j");

      assertThat(over.getStatus().executionInfo().terminateReason()).isEqualTo("TaskFailed");
      assertThat(Space.message(over)).contains("Task j-a ended").contains("1 never ran");
      assertThat(code(space.task("j-b"))).isEqualTo("TaskEnded");
      assertThat(space.task("j-c").statusOrNew().stateOrActive()).isEqualTo(TaskState.ACTIVE);
    }
  }

  @Test
  void aJobActionIsRefusedWhereTheJobPerformsNone() {
    try (Space space = new Space("no-action")) {
      space.operator();
      space.pool("p", 1, 1);
      job(
          space,
          "onTaskFailure: NoAction",
          """
          - {id: a, commandLine: work, exitConditions: {default: {jobAction: Terminate}}}
          - {id: b, commandLine: work}
          """);

      Task refused = space.awaitTask("j-a", t -> Space.reason(t).equals("JobActionNotAllowed"));
      assertThat(Space.message(refused)).contains("onTaskFailure: PerformExitOptionsJobAction");
      space.awaitTask("j-b", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(space.kubelet().ran(space.name(), "j-a")).isEmpty();
    }
  }

  @Test
  void noMoreTasksThanAllowedHaveANode() {
    try (Space space = new Space("parallel")) {
      for (String task : new String[] {"j-a", "j-b", "j-c"}) {
        space.kubelet().script(space.name(), task, End.always(new End.Hang()));
      }
      space.operator();
      space.pool("p", 1, 4);
      job(
          space,
          "priority: 10\nmaxParallelTasks: 2",
          "- {id: a, commandLine: work}\n- {id: b, commandLine: work}\n- {id: c, commandLine: work}\n");
      awaitRunning(space, 2);
      Task third = space.awaitTask("j-c", t -> Space.reason(t).equals("ParallelTasksLimited"));
      assertThat(Space.message(third)).contains("maxParallelTasks of job j lets 2");

      // One that comes after them in every order gets a slot: the pool has looked again.
      space.job("other", "p", 0, "x");
      space.awaitCompleted("other");
      assertThat(space.kubelet().ran(space.name(), "j-c")).isEmpty();
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      space.awaitTrue("c runs", () -> !space.kubelet().ran(space.name(), "j-c").isEmpty());
      Job two = space.awaitJob("j", j -> j.getStatus().taskCounts().succeeded() == 1);
      assertThat(two.getStatus().taskCounts().running()).isLessThanOrEqualTo(2);
      space.merge(Job.class, "j", "{\"spec\":{\"maxParallelTasks\":-1}}");
      space.kubelet().finish(space.name(), "j-b", End.SUCCESS);
      space.kubelet().finish(space.name(), "j-c", End.SUCCESS);
      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(3);
    }
  }

  @Test
  void aTaskIsTerminatedWhetherItRunsOrNot() {
    try (Space space = new Space("terminate-task")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      // Inline tasks are made side by side: any could be the first. These wait for the one that
      // keeps the slot.
      job(
          space,
          "constraints: {maxTaskRetryCount: 5}\nusesTaskDependencies: true",
          """
          - {id: a, commandLine: work, exitConditions: {default: {dependencyAction: Satisfy}}}
          - {id: b, commandLine: work, dependsOn: {taskIds: [a]}}
          - {id: c, commandLine: work, dependsOn: {taskIds: [a]}}
          """);
      awaitRunning(space, 1);

      space.merge(Task.class, "j-b", "{\"spec\":{\"desiredState\":\"Terminated\"}}");
      space.awaitTask("j-b", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.merge(Task.class, "j-a", "{\"spec\":{\"desiredState\":\"Terminated\"}}");

      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(1);
      assertThat(code(space.task("j-a"))).isEqualTo("TaskEnded");
      assertThat(code(space.task("j-b"))).isEqualTo("TaskEnded");
      assertThat(space.kubelet().ran(space.name(), "j-b")).isEmpty();
    }
  }

  @Test
  void aDisabledJobCanGoToAnotherPool() {
    try (Space space = new Space("other-pool")) {
      space.operator();
      space.pool("q", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitTask("j-a", t -> Space.reason(t).equals("PoolNotFound"));
      assertThatThrownBy(
              () -> space.merge(Job.class, "j", "{\"spec\":{\"poolInfo\":{\"poolId\":\"q\"}}}"))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("only be changed while the job is disabled");

      desire(space, "Disabled");
      space.awaitJob("j", j -> j.stateOrActive() == JobState.DISABLED);
      space.merge(
          Job.class,
          "j",
          "{\"spec\":{\"desiredState\":\"Active\",\"poolInfo\":{\"poolId\":\"q\"}}}");

      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().executionInfo().poolId()).isEqualTo("q");
      assertThat(space.task("j-a").statusOrNew().execution().result())
          .isEqualTo(TaskResult.SUCCESS);
    }
  }

  @Test
  void aFailedTaskThatIsReactivatedRunsOnceMoreWithItsRetriesAnew() {
    try (Space space = new Space("reactivate")) {
      space
          .kubelet()
          .script(
              space.name(), "j-a", End.first(new End.Exit(1), new End.Exit(2), new End.Exit(3)));
      space.operator();
      space.pool("p", 1, 1);
      job(
          space,
          "onAllTasksComplete: NoAction",
          "- {id: a, commandLine: work, constraints: {maxTaskRetryCount: 1}}\n");
      space.awaitTask("j-a", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);

      space.merge(
          Task.class,
          "j-a",
          "{\"metadata\":{\"annotations\":{\"poolwright.io/reactivate\":\"1\"}}}");

      Task again =
          space.awaitTask("j-a", t -> t.statusOrNew().execution().result() == TaskResult.SUCCESS);
      assertThat(again.getStatus().attempts()).isEqualTo(4);
      assertThat(again.getStatus().execution().retries()).isEqualTo(1);
      space.merge(
          Task.class,
          "j-a",
          "{\"metadata\":{\"annotations\":{\"poolwright.io/reactivate\":\"2\"}}}");
      space.awaitTask("j-a", t -> "2".equals(t.statusOrNew().reactivated()));
      assertThat(space.kubelet().ran(space.name(), "j-a")).hasSize(4);
    }
  }
}
