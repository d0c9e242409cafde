package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.poolwright.api.job.JobState;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskIT {

  @Test
  void aTaskOfItsOwnRunsUnderItsJob() {
    try (Space space = new Space("own")) {
      space.operator();
      space.pool("p", 1, 1);
      space.apply(WaitingIT.emptyJob("j", "p"));
      space.apply(WaitingIT.task("single", "j", "command: [work, hard]"));

      Task task =
          space.awaitTask("single", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);

      assertThat(task.getStatus().execution().result()).isEqualTo(TaskResult.SUCCESS);
      assertThat(space.job("j").stateOrActive()).isEqualTo(JobState.ACTIVE);
      space.awaitJob("j", j -> "1/1".equals(j.statusOrNew().progress()));
    }
  }

  @Test
  void aTaskThatIsDeletedWhileItRunsLeavesNothing() {
    try (Space space = new Space("deleted")) {
      space.kubelet().script(space.name(), "single", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(WaitingIT.emptyJob("j", "p"));
      space.apply(WaitingIT.task("single", "j", "command: [work]"));
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      space.delete(Task.class, "single");

      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
      // Its slot is free again, and the same name may be used for another task.
      space.kubelet().script(space.name(), "single", End.always(End.SUCCESS));
      space.apply(WaitingIT.task("single", "j", "command: [work]"));
      space.awaitTask("single", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
    }
  }

  @Test
  void aTaskThatIsDeletedWhileTheOperatorIsAwayLeavesNothing() {
    try (Space space = new Space("deletedaway")) {
      space.kubelet().script(space.name(), "single", End.always(new End.Hang()));
      RunningOperator first = space.operator();
      space.pool("p", 1, 1);
      space.apply(WaitingIT.emptyJob("j", "p"));
      space.apply(WaitingIT.task("single", "j", "command: [work]"));
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      first.kill();
      space.delete(Task.class, "single");

      space.operator();

      await("the sweep").atMost(Duration.ofSeconds(60)).until(() -> space.taskPods().isEmpty());
    }
  }

  /** The namespace is restricted; the API server is the judge of the pods. */
  @Test
  void whatAContainerMayBeToldIsTheNamespacesBusiness() {
    try (Space space = new Space("options")) {
      space.operator();
      space.pool("p", 2, 1);
      space.apply(WaitingIT.emptyJob("j", "p"));
      space.apply(
          task(
              "allowed",
              "--rm --shm-size 64m --read-only --user 1000:2000 -w /srv -e A=b --cap-drop net_raw"));
      space.apply(task("capability", "--cap-add NET_ADMIN"));
      space.apply(task("unknown", "--privileged"));

      Task capability =
          space.awaitTask("capability", t -> Space.reason(t).equals("InvalidSetting"));
      assertThat(Space.message(capability))
          .startsWith("spec.containerSettings.containerRunOptions: --cap-add: ");
      Task unknown = space.awaitTask("unknown", t -> Space.reason(t).equals("InvalidSetting"));
      assertThat(Space.message(unknown))
          .startsWith("spec.containerSettings.containerRunOptions: --privileged: ");
      Task allowed =
          space.awaitTask("allowed", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(allowed.getStatus().execution().result()).isEqualTo(TaskResult.SUCCESS);
    }
  }

  private static String task(String name, String options) {
    return WaitingIT.task(
        name,
        "j",
        """
        command: [work]
          containerSettings:
            imageName: app
            workingDirectory: ContainerImageDefault
            imagePullSecrets: [{name: studio}]
            containerRunOptions: %s
        """
            .formatted(options));
  }

  @Test
  void aTaskForAJobThatIsOverNeverRuns() {
    try (Space space = new Space("over")) {
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitCompleted("j");

      space.apply(WaitingIT.task("late", "j", "command: [work]"));

      space.awaitTask("late", t -> Space.reason(t).equals("JobCompleted"));
      assertThat(space.kubelet().ran(space.name(), "late")).isEmpty();
    }
  }

  @Test
  void slotsAreNeverTakenTwice() {
    try (Space space = new Space("slots")) {
      // Inline tasks are made side by side: either of the two that do not fit together may be
      // first.
      space.kubelet().script(space.name(), "j-wide1", End.always(new End.Hang()));
      space.kubelet().script(space.name(), "j-wide2", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 3);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: j}
          spec:
            poolInfo: {poolId: p}
            tasks:
              - {id: wide1, command: [work], requiredSlots: 2}
              - {id: wide2, command: [work], requiredSlots: 2}
              - {id: narrow, command: [work]}
          """);
      space.awaitTask("j-narrow", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      String running =
          await("one wide task runs")
              .until(
                  () ->
                      space.kubelet().ran(space.name()).stream()
                          .map(Ran::task)
                          .filter(t -> t.startsWith("j-wide"))
                          .findFirst(),
                  Optional::isPresent)
              .orElseThrow();
      assertThatThrownBy(() -> space.merge(Task.class, running, "{\"spec\":{\"requiredSlots\":1}}"))
          .as("what a running attempt holds")
          .hasMessageContaining("spec.requiredSlots cannot be changed while the task runs");
      String waiting = running.equals("j-wide1") ? "j-wide2" : "j-wide1";
      assertThat(space.task(waiting).statusOrNew().stateOrActive()).isEqualTo(TaskState.ACTIVE);

      space.kubelet().finish(space.name(), running, End.SUCCESS);
      await("the other wide task runs")
          .until(() -> !space.kubelet().ran(space.name(), waiting).isEmpty());
      space.kubelet().finish(space.name(), waiting, End.SUCCESS);

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(3);
    }
  }
}
