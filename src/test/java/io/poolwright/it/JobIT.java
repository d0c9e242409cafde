package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import org.junit.jupiter.api.Test;

class JobIT {

  @Test
  void aJobOfInlineTasksSucceeds() {
    try (Space space = new Space("inline")) {
      space.operator();
      space.pool("two", 2, 1);
      space.job("sums", "two", 0, "a", "b", "c", "d", "e");

      Job job = space.awaitCompleted("sums");

      assertThat(job.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 5, 5, 0));
      assertThat(job.getStatus().progress()).isEqualTo("5/5");
      assertThat(job.getStatus().executionInfo().terminateReason()).isEqualTo("AllTasksComplete");
      assertThat(Space.reason(job)).isEqualTo("Succeeded");
      assertThat(space.tasks()).hasSize(5).allSatisfy(JobIT::succeededAtOnce);
      assertThat(space.kubelet().ran(space.name())).hasSize(5);
      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
      assertThat(space.nodePods()).hasSize(2);
    }
  }

  private static void succeededAtOnce(Task task) {
    assertThat(task.getStatus().state()).isEqualTo(TaskState.COMPLETED);
    assertThat(task.getStatus().execution().result()).isEqualTo(TaskResult.SUCCESS);
    assertThat(task.getStatus().execution().exitCode()).isZero();
    assertThat(task.getStatus().execution().retries()).isZero();
    assertThat(task.getStatus().execution().startTime()).isNotNull();
    assertThat(task.getStatus().execution().endTime()).isNotNull();
    assertThat(task.getStatus().nodeInfo().poolId()).isEqualTo("two");
  }

  @Test
  void aJobSaysThatItsTaskRunsWhenAnotherJobHasMadeRoomForIt() {
    try (Space space = new Space("running")) {
      space.kubelet().script(space.name(), "first-a", End.always(new End.Hang()));
      space.kubelet().script(space.name(), "second-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.job("first", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name(), "first-a").isEmpty());
      space.job("second", "p", 0, "a");
      space.awaitJob("second", j -> j.statusOrNew().state() != null && active(j) == 1);

      space.kubelet().finish(space.name(), "first-a", End.SUCCESS);

      space.awaitJob("second", j -> j.getStatus().taskCounts().running() == 1);
      space.kubelet().finish(space.name(), "second-a", End.SUCCESS);
      space.awaitCompleted("second");
    }
  }

  private static int active(Job job) {
    return job.getStatus().taskCounts().active();
  }

  @Test
  void aFailedCommandIsRetriedAsOftenAsAllowed() {
    try (Space space = new Space("retries")) {
      space.kubelet().script(space.name(), "r-flaky", End.first(new End.Exit(3), new End.Exit(4)));
      space.kubelet().script(space.name(), "r-hopeless", End.always(new End.Exit(7)));
      space.operator();
      space.pool("p", 2, 1);
      space.job("r", "p", 2, "flaky", "hopeless");

      Job job = space.awaitCompleted("r");

      assertThat(job.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 2, 1, 1));
      assertThat(Space.reason(job)).isEqualTo("TasksFailed");
      Task flaky = space.task("r-flaky");
      assertThat(flaky.getStatus().execution().result()).isEqualTo(TaskResult.SUCCESS);
      assertThat(flaky.getStatus().execution().retries()).isEqualTo(2);
      assertThat(flaky.getStatus().attempts()).isEqualTo(3);
      Task hopeless = space.task("r-hopeless");
      assertThat(hopeless.getStatus().execution().result()).isEqualTo(TaskResult.FAILURE);
      assertThat(hopeless.getStatus().execution().retries()).isEqualTo(2);
      assertThat(hopeless.getStatus().execution().exitCode()).isEqualTo(7);
      assertThat(hopeless.getStatus().execution().failureInfo().code())
          .isEqualTo("FailureExitCode");
      assertThat(space.kubelet().ran(space.name(), "r-flaky"))
          .extracting(Ran::attempt)
          .containsExactly(1, 2, 3);
      assertThat(space.kubelet().ran(space.name(), "r-hopeless"))
          .extracting(Ran::attempt)
          .containsExactly(1, 2, 3);
      // The last failed pod is kept for reading, out of our hands; the others are gone.
      space.awaitTrue("one pod kept", () -> space.taskPods().size() == 1);
      space.awaitTrue(
          "no finalizer",
          () -> space.taskPods().getFirst().getMetadata().getFinalizers().isEmpty());
      assertThat(space.taskPods().getFirst().getMetadata().getName()).isEqualTo("r-hopeless-3");
    }
  }

  @Test
  void whatIsTheTasksOwnFaultEndsItWithACode() {
    try (Space space = new Space("faults")) {
      space
          .kubelet()
          .script(
              space.name(),
              "f-files",
              End.always(new End.StageInFails("BlobNotFound", "s3://b/k does not exist")));
      space
          .kubelet()
          .script(
              space.name(),
              "f-outputs",
              End.always(new End.StageOutFails("FileUploadContainerNotFound", "no bucket b")));
      space.kubelet().script(space.name(), "f-memory", End.always(new End.OutOfMemory()));
      space.kubelet().script(space.name(), "f-late", End.always(new End.WallClock()));
      space.operator();
      space.pool("p", 2, 2);
      space.job("f", "p", 0, "files", "outputs", "memory", "late");

      Job job = space.awaitCompleted("f");

      assertThat(job.getStatus().taskCounts().failed()).isEqualTo(4);
      assertThat(code(space.task("f-files"))).isEqualTo("BlobNotFound");
      assertThat(code(space.task("f-outputs"))).isEqualTo("FileUploadContainerNotFound");
      assertThat(code(space.task("f-memory"))).isEqualTo("OOMKilled");
      assertThat(code(space.task("f-late"))).isEqualTo("MaxWallClockTimeExpiry");
      assertThat(Space.reason(space.task("f-memory"))).isEqualTo("OOMKilled");
      assertThat(space.kubelet().ran(space.name(), "f-files")).isEmpty();
    }
  }

  private static String code(Task task) {
    assertThat(task.getStatus().execution().result()).isEqualTo(TaskResult.FAILURE);
    return task.getStatus().execution().failureInfo().code();
  }

  @Test
  void aTerminatedJobStopsWhatRunsAndStartsNothing() {
    try (Space space = new Space("terminate")) {
      space.kubelet().script(space.name(), "t-runs", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.jobInTurn("t", "p", 3, "runs", "waits");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      space.merge(Job.class, "t", "{\"spec\":{\"desiredState\":\"Terminated\"}}");
      Job job = space.awaitCompleted("t");

      assertThat(job.getStatus().executionInfo().terminateReason()).isEqualTo("UserTerminate");
      Task ran = space.task("t-runs");
      assertThat(ran.getStatus().state()).isEqualTo(TaskState.COMPLETED);
      assertThat(ran.getStatus().execution().result()).isEqualTo(TaskResult.FAILURE);
      assertThat(ran.getStatus().execution().failureInfo().code()).isEqualTo("TaskEnded");
      space.awaitTask("t-waits", t -> Space.reason(t).equals("JobCompleted"));
      assertThat(space.kubelet().ran(space.name())).hasSize(1);
      space.awaitTrue(
          "task pods gone",
          () -> space.taskPods().stream().allMatch(p -> p.getMetadata().getFinalizers().isEmpty()));
    }
  }

  /** The queued ones say that they never ran, for as long as they are there. */
  @Test
  void aTerminatedJobLeavesQueuedTasksActive() {
    try (Space space = new Space("queued")) {
      space.kubelet().script(space.name(), "t-runs", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.jobInTurn("t", "p", 0, "runs", "b", "c");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      space.merge(Job.class, "t", "{\"spec\":{\"desiredState\":\"Terminated\"}}");
      Job over = space.awaitCompleted("t");

      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(2, 0, 1, 0, 1));
      for (String queued : new String[] {"t-b", "t-c"}) {
        Task left = space.awaitTask(queued, t -> Space.reason(t).equals("JobCompleted"));
        assertThat(left.getStatus().stateOrActive()).isEqualTo(TaskState.ACTIVE);
        assertThat(left.getStatus().execution().result()).isNull();
      }
    }
  }

  @Test
  void anEmptyJobThatTerminatesWhenAllTasksAreCompleteIsOverAtOnce() {
    try (Space space = new Space("empty")) {
      space.operator();
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: ends}
          spec: {poolInfo: {poolId: p}, onAllTasksComplete: TerminateJob}
          ---
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: stays}
          spec: {poolInfo: {poolId: p}, onAllTasksComplete: NoAction}
          """);

      Job over = space.awaitCompleted("ends");

      assertThat(over.getStatus().executionInfo().terminateReason()).isEqualTo("AllTasksComplete");
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 0, 0, 0));
      space.awaitJob("stays", j -> !j.statusOrNew().conditions().isEmpty());
      assertThat(space.job("stays").stateOrActive()).isEqualTo(JobState.ACTIVE);
    }
  }

  @Test
  void aJobEndsWhenItsTimeIsOver() {
    try (Space space = new Space("late")) {
      space.kubelet().script(space.name(), "l-runs", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: l}
          spec:
            poolInfo: {poolId: p}
            constraints: {maxWallClockTime: 4s}
            tasks:
              - {id: runs, commandLine: work}
          """);
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      Job job = space.awaitCompleted("l");

      assertThat(job.getStatus().executionInfo().terminateReason())
          .isEqualTo("MaxWallClockTimeExpiry");
      assertThat(space.task("l-runs").getStatus().execution().failureInfo().code())
          .isEqualTo("TaskEnded");
    }
  }

  @Test
  void tasksCanBeAddedAtTheEnd() {
    try (Space space = new Space("more")) {
      space.kubelet().script(space.name(), "m-a", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 2, 1);
      space.job("m", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      space.merge(
          Job.class,
          "m",
          "{\"spec\":{\"tasks\":[{\"id\":\"a\",\"commandLine\":\"work a\"},{\"id\":\"b\",\"commandLine\":\"work b\"}]}}");
      space.awaitTask("m-b", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(space.job("m").stateOrActive()).isEqualTo(JobState.ACTIVE);
      space.kubelet().finish(space.name(), "m-a", End.SUCCESS);

      assertThat(space.awaitCompleted("m").getStatus().taskCounts().succeeded()).isEqualTo(2);
    }
  }

  @Test
  void theLastFailedPodIsKeptUntilRetentionEnds() {
    try (Space space = new Space("retention")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Exit(1)));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: j}
          spec:
            poolInfo: {poolId: p}
            tasks:
              - {id: a, command: [work], constraints: {retentionTime: 3s}}
          """);

      space.awaitCompleted("j");

      assertThat(space.taskPods()).hasSize(1);
      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
    }
  }

  @Test
  void namesMayBeAsLongAsTheApiAdmits() {
    try (Space space = new Space("names")) {
      String pool = "p".repeat(50);
      String job = "j".repeat(63);
      String dotted =
          "t".repeat(60) + "." + "u".repeat(60) + "." + "v".repeat(60) + "." + "w".repeat(60);
      space.operator();
      space.pool(pool, 1, 1);
      space.job(job, pool, 0, "a".repeat(63), "a".repeat(62) + "b", "c");

      assertThat(space.awaitCompleted(job).getStatus().taskCounts().succeeded()).isEqualTo(3);
      space.apply(WaitingIT.emptyJob("open", pool));
      space.apply(WaitingIT.task(dotted, "open", "command: [work]"));
      space.apply(WaitingIT.task("some.dots", "open", "command: [work]"));

      space.awaitTask(dotted, t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.awaitTask("some.dots", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());
    }
  }
}
