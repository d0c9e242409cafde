package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Running tasks give way to those of a job with a higher priority, where their job allows it. */
class PreemptionIT {
  /** Those that no end is given for hang in their first run. */
  private static void hang(Space space, String... tasks) {
    for (String task : tasks) {
      space.kubelet().script(space.name(), task, End.first(new End.Hang()));
    }
  }

  static void job(Space space, String name, String settings, String tasks) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: %s}
        spec:
          poolInfo: {poolId: p}
        """
                .formatted(name)
            + settings.indent(2)
            + tasks.indent(2));
  }

  private static void awaitRuns(Space space, int count) {
    space.awaitTrue(count + " runs", () -> space.kubelet().ran(space.name()).size() == count);
  }

  private static List<Task> preempted(Space space) {
    return space.tasks().stream()
        .filter(t -> !t.statusOrNew().conditions().isEmpty())
        .filter(t -> Space.reason(t).equals("Preempted"))
        .toList();
  }

  @Test
  void theTaskOfAHigherPriorityRunsAtOnceAndTheOtherRunsAgainAfterIt() {
    try (Space space = new Space("preempt")) {
      hang(space, "low-a", "low-b", "high-x");
      space.operator();
      space.pool("p", 1, 2);
      job(
          space,
          "low",
          "allowTaskPreemption: true",
          "tasks:\n- {id: a, commandLine: work}\n- {id: b, commandLine: work}\n");
      awaitRuns(space, 2);
      job(space, "high", "priority: 5", "tasks: [{id: x, commandLine: work}]\n");
      space.awaitTask("high-x", t -> t.statusOrNew().stateOrActive() == TaskState.RUNNING);
      space.awaitTrue("one gave way", () -> preempted(space).size() == 1);
      Task stopped = preempted(space).getFirst();
      assertThat(stopped.statusOrNew().stateOrActive()).isEqualTo(TaskState.ACTIVE);
      assertThat(Space.message(stopped)).contains("job high");
      assertThat(stopped.statusOrNew().execution().retries()).isZero();
      assertThat(stopped.statusOrNew().attempt().disruptions()).isEqualTo(1);
      awaitRuns(space, 3);

      space.kubelet().finish(space.name(), "high-x", End.SUCCESS);
      space.awaitCompleted("high");
      awaitRuns(space, 4);
      for (String task : List.of("low-a", "low-b")) {
        space.kubelet().finish(space.name(), task, End.SUCCESS);
      }
      assertThat(space.awaitCompleted("low").getStatus().taskCounts().succeeded()).isEqualTo(2);
      assertThat(space.kubelet().ran(space.name())).hasSize(4);
    }
  }

  @Test
  void nobodyGivesWayToOneThatMayNotStartAndAllowedIsOnlyWhatTheJobSaysNow() {
    try (Space space = new Space("preempt-not")) {
      hang(space, "low-a", "high-x");
      space.operator();
      space.pool("p", 1, 1);
      job(space, "low", "priority: 0", "tasks: [{id: a, commandLine: work}]\n");
      awaitRuns(space, 1);
      job(
          space,
          "high",
          "desiredState: Disabled\npriority: 5",
          "tasks: [{id: x, commandLine: work}]\n");
      space.merge(Job.class, "low", "{\"spec\":{\"allowTaskPreemption\":true}}");
      space.awaitTask("high-x", t -> Space.reason(t).equals("JobDisabled"));
      nothingIsStopped(space);
      space.merge(Job.class, "high", "{\"spec\":{\"desiredState\":\"Active\",\"priority\":0}}");
      space.awaitTask("high-x", t -> Space.reason(t).equals("WaitingForSlot"));
      nothingIsStopped(space);
      space.merge(Job.class, "high", "{\"spec\":{\"priority\":1}}");
      finishOnceItRuns(space, "high-x");
      space.awaitCompleted("low");
      assertThat(space.kubelet().ran(space.name())).hasSize(3);
    }
  }

  private static void nothingIsStopped(Space space) {
    Awaitility.await()
        .during(Duration.ofMillis(700))
        .atMost(Duration.ofSeconds(10))
        .until(() -> space.kubelet().ran(space.name()).size() == 1 && preempted(space).isEmpty());
  }

  @Test
  void tasksOfFactoriesGiveWayToTasksOfFactories() {
    try (Space space = new Space("preempt-sweep")) {
      hang(space, "low-0", "low-1", "low-2", "low-3", "high-0", "high-1");
      space.operator();
      space.pool("p", 2, 2);
      String factory =
          "taskFactory:\n  type: Repeat\n  count: %d\n  repeatTask: {commandLine: work, requiredSlots: %d}\n";
      job(space, "low", "allowTaskPreemption: true", factory.formatted(4, 1));
      awaitRuns(space, 4);
      job(space, "high", "maxParallelTasks: 1\npriority: 5", factory.formatted(2, 2));
      awaitRuns(space, 5);
      Job low =
          space.awaitJob(
              "low",
              j ->
                  j.statusOrNew().taskFactory().live().stream()
                          .filter(t -> "Preempted".equals(t.reason()))
                          .count()
                      == 2);
      assertThat(low.getStatus().taskFactory().live())
          .filteredOn(t -> "Preempted".equals(t.reason()))
          .extracting(LiveTask::message)
          .allMatch(m -> m != null && m.contains("job high"));
      // The second may not run beside the first: nobody gives way to it.
      Awaitility.await()
          .during(Duration.ofMillis(700))
          .atMost(Duration.ofSeconds(10))
          .until(() -> space.kubelet().ran(space.name()).size() == 5);

      Stream.of("high-0", "high-1").forEach(t -> finishOnceItRuns(space, t));
      space.awaitCompleted("high");
      awaitRuns(space, 8);
      for (int i = 0; i < 4; i++) {
        space.kubelet().finish(space.name(), "low-" + i, End.SUCCESS);
      }
      Job over = space.awaitCompleted("low");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(4);
      assertThat(space.kubelet().ran(space.name())).hasSize(8);
    }
  }

  /** It would be in vain each time: as long as that is so it has what gets free by itself. */
  @Test
  void oneWhosePodIsRefusedStopsNobodyASecondTime() {
    try (Space space = new Space("preempt-refused")) {
      for (String task : List.of("low-a", "low-b")) {
        space.kubelet().script(space.name(), task, End.always(new End.Hang()));
      }
      List<String> refused = List.of("high-x-1", "sweep-0-1");
      refused.forEach(p -> space.apply(Space.stranger(p)));
      space.operator();
      space.pool("p", 1, 2);
      job(
          space,
          "low",
          "allowTaskPreemption: true",
          "tasks:\n- {id: a, commandLine: work}\n- {id: b, commandLine: work}\n");
      awaitRuns(space, 2);
      job(space, "high", "priority: 5", "tasks: [{id: x, commandLine: work}]\n");
      job(
          space,
          "sweep",
          "priority: 5",
          "taskFactory: {type: Repeat, count: 1, repeatTask: {commandLine: work}}\n");
      space.awaitTask("high-x", t -> Space.reason(t).equals("PodRejected"));
      space.awaitJob("sweep", j -> Space.message(j).contains("PodRejected"));
      awaitRuns(space, 4);
      // Longer than what was refused pauses.
      Awaitility.await()
          .during(Duration.ofSeconds(12))
          .atMost(Duration.ofSeconds(30))
          .until(() -> space.kubelet().ran(space.name()).size() == 4);

      refused.forEach(p -> space.user().pods().inNamespace(space.name()).withName(p).delete());
      for (String task : List.of("low-a", "low-b")) {
        space.kubelet().finish(space.name(), task, End.SUCCESS);
      }
      space.awaitCompleted("high");
      space.awaitCompleted("sweep");
      assertThat(space.awaitCompleted("low").getStatus().taskCounts().succeeded()).isEqualTo(2);
      assertThat(space.kubelet().ran(space.name())).hasSize(6);
    }
  }

  private static void finishOnceItRuns(Space space, String task) {
    space.awaitTrue(task + " runs", () -> !space.kubelet().ran(space.name(), task).isEmpty());
    space.kubelet().finish(space.name(), task, End.SUCCESS);
  }
}
