package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import org.junit.jupiter.api.Test;

/** Ends that are not the task's fault: another attempt, and no retry charged. */
class DisruptionIT {

  @Test
  void aPodThatIsGoneWithItsMachine() {
    oneDisruption("vanish", new End.Vanish());
  }

  @Test
  void aPodThatTheKubeletEvicts() {
    oneDisruption("evict", new End.Evicted());
  }

  /** One retry is allowed, and it is there for the command that fails. */
  @Test
  void whatRecoversFromALostNodeIsNotCountedAsARetry() {
    try (Space space = new Space("uncounted")) {
      space
          .kubelet()
          .script(
              space.name(),
              "j-a",
              End.first(new End.Vanish(), new End.Exit(3), new End.Evicted(), new End.Exit(4)));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 1, "a");

      space.awaitCompleted("j");

      Task task = space.task("j-a");
      assertThat(task.getStatus().attempts()).isEqualTo(4);
      assertThat(task.getStatus().execution().retries()).isEqualTo(1);
      assertThat(task.getStatus().execution().exitCode()).isEqualTo(4);
      assertThat(task.getStatus().attempt().disruptions()).isEqualTo(2);
    }
  }

  private static void oneDisruption(String about, End end) {
    try (Space space = new Space(about)) {
      space.kubelet().script(space.name(), "j-a", End.first(end));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");

      space.awaitCompleted("j");

      isSecondAttempt(space, "j-a");
    }
  }

  private static void isSecondAttempt(Space space, String name) {
    Task task = space.task(name);
    assertThat(task.getStatus().execution().result()).isEqualTo(TaskResult.SUCCESS);
    assertThat(task.getStatus().execution().retries()).isZero();
    assertThat(task.getStatus().attempts()).isEqualTo(2);
    assertThat(task.getStatus().attempt().disruptions()).isEqualTo(1);
    assertThat(space.kubelet().ran(space.name(), name))
        .extracting(Ran::attempt)
        .containsExactly(1, 2);
    space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
  }

  @Test
  void aPodThatAUserDeletesWhileItRuns() {
    try (Space space = new Space("userdelete")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      space.user().pods().inNamespace(space.name()).withName("j-a-1").delete();
      space.awaitCompleted("j");

      isSecondAttempt(space, "j-a");
    }
  }

  @Test
  void anOperatorThatWasAwayWhileThePodEnded() {
    try (Space space = new Space("away")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      RunningOperator first = space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      first.kill();
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      Pod pod = space.taskPods().getFirst();
      space.user().resource(pod).delete();

      space.operator();

      // The finalizer kept the pod, and with it the exit code.
      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
      assertThat(space.kubelet().ran(space.name())).hasSize(1);
      assertThat(space.task("j-a").getStatus().attempts()).isEqualTo(1);
      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
    }
  }

  @Test
  void anImageThatCannotBePulledEndsTheTaskAfterAWhile() {
    try (Space space = new Space("pull")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.PullFails()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("j", "p", 3, "a");
      Task waits = space.awaitTask("j-a", t -> Space.reason(t).equals("Starting"));
      assertThat(Space.ready(waits.getStatus().conditions()).message())
          .contains("ErrImagePull", "no such image");
      space.awaitJob(
          "j", j -> Space.ready(j.getStatus().conditions()).message().contains("j-a: Starting: "));

      Job over = space.awaitCompleted("j");

      assertThat(Space.ready(over.getStatus().conditions()).message())
          .contains("j-a: ContainerInvalidImage");
      assertThat(space.task("j-a").getStatus().execution().failureInfo().code())
          .isEqualTo("ContainerInvalidImage");
      assertThat(space.kubelet().ran(space.name())).isEmpty();
    }
  }

  @Test
  void aStrangerWithTheNameOfATaskPod() {
    try (Space space = new Space("stranger")) {
      space.operator();
      space.apply(Space.stranger("j-a-1"));
      space.pool("p", 1, 1);
      space.job("j", "p", 0, "a");
      Task waits = space.awaitTask("j-a", t -> Space.reason(t).equals("PodRejected"));
      assertThat(Space.ready(waits.getStatus().conditions()).message())
          .contains("belongs to somebody else");
      assertThat(waits.statusOrNew().stateOrActive()).isEqualTo(TaskState.ACTIVE);

      space.user().pods().inNamespace(space.name()).withName("j-a-1").withGracePeriod(0).delete();

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
    }
  }
}
