package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.FactoryStatus.FailedTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskState;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Jobs whose tasks a factory makes: no object for each, and all else as with any task. */
final class FactoryIT {
  /** Job j on pool p, with a task for each number from 0 to the last. */
  private static void sweep(Space space, String settings, int last, String task) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: j}
        spec:
          poolInfo: {poolId: p}
        """
            + settings.indent(2)
            + "  taskFactory:\n    type: ParametricSweep\n    parameterSets: [{start: 0, end: "
            + last
            + "}]\n"
            + task.indent(4));
  }

  private static FactoryStatus factory(Job job) {
    FactoryStatus status = job.statusOrNew().taskFactory();
    assertThat(status).isNotNull();
    return status;
  }

  @Test
  void aSweepRunsEachOfItsTasksOnceAndHasNoObjectForAny() {
    try (Space space = new Space("sweep")) {
      space.operator();
      space.pool("p", 2, 4);
      sweep(space, "", 39, "repeatTask: {commandLine: \"work {0}\"}");
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 40, 40, 0));
      assertThat(over.getStatus().progress()).isEqualTo("40/40");
      assertThat(factory(over).succeeded()).isEqualTo("0-39");
      assertThat(factory(over).live()).isEmpty();
      assertThat(space.tasks()).isEmpty();
      for (int i = 0; i < 40; i++) {
        assertThat(space.kubelet().ran(space.name(), "j-" + i)).hasSize(1);
      }
      space.awaitTrue("no pod is left", () -> space.taskPods().isEmpty());
    }
  }

  @Test
  void whatFailsIsRetriedCountedAndTold() {
    try (Space space = new Space("sweep-fails")) {
      space.kubelet().script(space.name(), "j-3", End.tries(new End.Exit(7), End.SUCCESS));
      space.kubelet().script(space.name(), "j-5", End.always(new End.Exit(9)));
      space.operator();
      space.pool("p", 1, 4);
      sweep(
          space,
          "constraints: {maxTaskRetryCount: 1}",
          9,
          "repeatTask: {commandLine: \"work {0}\"}");
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 10, 9, 1));
      assertThat(factory(over).failed()).isEqualTo("5");
      FailedTask failure = factory(over).failures().getFirst();
      assertThat(failure.index()).isEqualTo(5);
      assertThat(failure.exitCode()).isEqualTo(9);
      assertThat(failure.code()).isEqualTo("FailureExitCode");
      assertThat(failure.attempt()).isEqualTo(2);
      assertThat(space.kubelet().ran(space.name(), "j-3")).hasSize(2);
      assertThat(space.kubelet().ran(space.name(), "j-5")).hasSize(2);
      assertThat(Space.message(over)).contains("9 succeeded, 1 failed").contains("j-5");
    }
  }

  @Test
  void aNodeStaysAsLongAsTheDataOfAFactorysTasks() {
    try (Space space = new Space("sweep-retained")) {
      space.operator();
      space.pool("p", 1, 4);
      space.merge(Pool.class, "p", "{\"spec\":{\"nodeDeallocationOption\":\"RetainedData\"}}");
      sweep(
          space,
          "",
          3,
          "repeatTask: {commandLine: \"work {0}\", constraints: {retentionTime: PT15S}}");
      Job over = space.awaitCompleted("j");
      Instant end = Instant.parse(Objects.requireNonNull(factory(over).lastEnd()));

      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":0}}");

      space.awaitTrue("the node is gone", () -> space.nodePods().isEmpty());
      assertThat(Instant.now()).isAfterOrEqualTo(end.plusSeconds(15));
    }
  }

  @Test
  void aNodeThatStaysForAFactorysDataGoesWithItsJob() {
    try (Space space = new Space("sweep-retained-deleted")) {
      space.operator();
      space.pool("p", 1, 4);
      space.merge(Pool.class, "p", "{\"spec\":{\"nodeDeallocationOption\":\"RetainedData\"}}");
      sweep(space, "", 3, "repeatTask: {commandLine: \"work {0}\"}");
      space.awaitCompleted("j");
      space.merge(Pool.class, "p", "{\"spec\":{\"targetDedicatedNodes\":0}}");
      space.awaitPool(
          "p",
          p -> p.getStatus().targetDedicatedNodes() == 0 && Space.reason(p).equals("Resizing"));
      assertThat(space.nodePods()).hasSize(1);
      assertThat(space.nodePods().getFirst().getMetadata().getDeletionTimestamp()).isNull();

      space.delete(Job.class, "j");

      space.awaitTrue("the node is gone", () -> space.nodePods().isEmpty());
    }
  }

  @Test
  void theMergeTaskRunsAfterAllOthers() {
    try (Space space = new Space("merge")) {
      space.kubelet().script(space.name(), "j-1", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 4);
      sweep(
          space,
          "",
          3,
          "repeatTask: {commandLine: \"work {0}\"}\nmergeTask: {commandLine: merge}\n");
      Task waits =
          space.awaitTask("j-merge", t -> Space.reason(t).equals("WaitingForDependencies"));
      assertThat(Space.message(waits)).doesNotContain("does not exist");
      space.awaitTrue("1 runs", () -> !space.kubelet().ran(space.name(), "j-1").isEmpty());
      assertThat(space.kubelet().ran(space.name(), "j-merge")).isEmpty();
      space.kubelet().finish(space.name(), "j-1", End.SUCCESS);
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(5);
      assertThat(space.kubelet().ran(space.name(), "j-merge")).hasSize(1);
    }
  }

  @Test
  void aFailedTaskBlocksTheMergeTaskUnlessItsExitConditionsSatisfyIt() {
    try (Space space = new Space("merge-blocked")) {
      space.kubelet().script(space.name(), "j-2", End.always(new End.Exit(1)));
      space.operator();
      space.pool("p", 1, 4);
      sweep(
          space,
          "",
          3,
          "repeatTask: {commandLine: \"work {0}\"}\nmergeTask: {commandLine: merge}\n");
      Task blocked = space.awaitTask("j-merge", t -> Space.reason(t).equals("DependencyBlocked"));
      assertThat(Space.message(blocked))
          .contains("task 2 failed", "terminate the job", "dependencyAction: Satisfy");
      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"Terminated\"}}");
      space.awaitCompleted("j");
    }
    try (Space space = new Space("merge-pardoned")) {
      space.kubelet().script(space.name(), "j-2", End.always(new End.Exit(1)));
      space.operator();
      space.pool("p", 1, 4);
      sweep(
          space,
          "",
          3,
          """
          repeatTask:
            commandLine: "work {0}"
            exitConditions: {default: {dependencyAction: Satisfy}}
          mergeTask: {commandLine: merge}
          """);
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 5, 4, 1));
      assertThat(factory(over).pardoned()).isEqualTo("2");
    }
  }

  @Test
  void anOperatorThatIsKilledLeavesNothingTwiceAndNothingOut() {
    try (Space space = new Space("sweep-killed")) {
      for (int i = 0; i < 4; i++) {
        space.kubelet().script(space.name(), "j-" + i, End.always(new End.Hang()));
      }
      space.operator();
      space.pool("p", 1, 4);
      sweep(space, "", 19, "repeatTask: {commandLine: \"work {0}\"}");
      space.awaitTrue("four run", () -> space.kubelet().ran(space.name()).size() == 4);
      space.killAll();
      for (int i = 0; i < 4; i++) {
        space.kubelet().finish(space.name(), "j-" + i, End.SUCCESS);
      }
      space.operator();
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(20);
      for (int i = 0; i < 20; i++) {
        assertThat(space.kubelet().ran(space.name(), "j-" + i)).hasSize(1);
      }
    }
  }

  @Test
  void ofAHundredThousandTasksProgressIsSeenAndCancellingStopsThemAtOnce() {
    int finished = 40;
    try (Space space = new Space("sweep-cancel")) {
      for (int i = finished; i < finished + 4; i++) {
        space.kubelet().script(space.name(), "j-" + i, End.always(new End.Hang()));
      }
      space.operator();
      space.pool("p", 1, 4);
      sweep(space, "", 99_999, "repeatTask: {commandLine: \"work {0}\"}");
      Job runs =
          space.awaitJob(
              "j",
              j -> {
                TaskCounts counts = j.statusOrNew().taskCounts();
                return counts != null && counts.completed() == finished && counts.running() == 4;
              });
      assertThat(runs.getStatus().progress()).isEqualTo(finished + "/100000");
      assertThat(runs.getStatus().taskCounts().active()).isEqualTo(99_956);
      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"Terminated\"}}");
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().running()).isZero();
      assertThat(over.getStatus().taskCounts().failed()).isEqualTo(4);
      assertThat(Space.message(over)).contains("99956 never ran");
      assertThat(space.kubelet().ran(space.name())).hasSize(finished + 4);
      assertThat(space.tasks()).isEmpty();
      assertThat(space.user().getKubernetesSerialization().asJson(over)).hasSizeLessThan(8 * 1024);
    }
  }

  @Test
  void aDeletedJobLeavesNoPod() {
    try (Space space = new Space("sweep-deleted")) {
      space.kubelet().script(space.name(), "j-0", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      sweep(space, "", 9, "repeatTask: {commandLine: \"work {0}\"}");
      space.awaitTrue("one runs", () -> !space.kubelet().ran(space.name(), "j-0").isEmpty());
      space.user().resources(Job.class).inNamespace(space.name()).withName("j").delete();
      // The API server here has no garbage collector: the pods are ours to delete.
      space.awaitTrue("no pod is left", () -> space.taskPods().isEmpty());
    }
  }

  @Test
  void aJobMadeAnewUnderItsNameHasNothingOfTheOneBefore() {
    try (Space space = new Space("sweep-replaced")) {
      space.kubelet().script(space.name(), "j-0", End.always(new End.Hang()));
      space.operator();
      space.pool("p", 1, 1);
      sweep(space, "", 9, "repeatTask: {commandLine: \"work {0}\"}");
      space.awaitTrue("one runs", () -> !space.kubelet().ran(space.name(), "j-0").isEmpty());
      space.user().resources(Job.class).inNamespace(space.name()).withName("j").delete();
      space.job("j", "p", 0, "a");
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 1, 1, 0));
      assertThat(over.getStatus().taskFactory()).isNull();
    }
  }

  @Test
  void aDisabledJobGivesItsTasksBackAndGoesOnWhenItIsEnabled() {
    try (Space space = new Space("sweep-disabled")) {
      space.kubelet().script(space.name(), "j-0", End.tries(new End.Hang(), End.SUCCESS));
      space.operator();
      space.pool("p", 1, 1);
      sweep(space, "maxParallelTasks: 1", 3, "repeatTask: {commandLine: \"work {0}\"}");
      space.awaitTrue("one runs", () -> !space.kubelet().ran(space.name(), "j-0").isEmpty());
      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"Disabled\"}}");
      Job still = space.awaitJob("j", j -> j.stateOrActive() == JobState.DISABLED);
      assertThat(still.getStatus().taskCounts().active()).isEqualTo(4);
      space.merge(Job.class, "j", "{\"spec\":{\"desiredState\":\"Active\"}}");
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts().succeeded()).isEqualTo(4);
    }
  }

  @Test
  void aTaskWithWordsThatAreNoCommandFailsAloneAndWhatMakesNoTasksIsTold() {
    try (Space space = new Space("sweep-words")) {
      space.operator();
      space.pool("p", 1, 4);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: j}
          spec:
            poolInfo: {poolId: p}
            taskFactory:
              type: Product
              parameterSets: [{values: ["well", "it's", "good"]}]
              repeatTask: {commandLine: "work {0}"}
          ---
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: k}
          spec:
            poolInfo: {poolId: p}
            taskFactory:
              type: ParametricSweep
              parameterSets: [{start: 1, end: 2000}, {start: 1, end: 2000}]
              repeatTask: {commandLine: "work {0} {1}"}
          """);
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 3, 2, 1));
      FailedTask failure = factory(over).failures().getFirst();
      assertThat(failure.index()).isEqualTo(1);
      assertThat(failure.code()).isEqualTo("InvalidCommandLine");
      Job wrong = space.awaitJob("k", j -> Space.reason(j).equals("InvalidTaskFactory"));
      assertThat(Space.message(wrong)).contains("spec.taskFactory").contains("4000000");
    }
  }

  @Test
  void aCollectionIsAsIfItsTasksWereInline() {
    try (Space space = new Space("collection")) {
      space.operator();
      space.pool("p", 1, 4);
      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Job
          metadata: {name: j}
          spec:
            poolInfo: {poolId: p}
            taskFactory:
              type: TaskCollection
              tasks:
              - {id: a, commandLine: work}
              - {id: b, commandLine: work, dependsOn: {taskIds: [a]}}
          """);
      space.awaitCompleted("j");
      Set<String> names = new TreeSet<>();
      space.tasks().forEach(t -> names.add(t.getMetadata().getName()));
      assertThat(names).containsExactly("j-a", "j-b");
      assertThat(space.tasks())
          .allMatch(t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
    }
  }

  @Test
  void aNodeThatIsLostCostsNoTaskOfAFactoryARetry() {
    try (Space space = new Space("sweep-lost")) {
      space.kubelet().script(space.name(), "j-0", End.tries(new End.Hang(), End.SUCCESS));
      space.operator();
      space.pool("p", 1, 1);
      sweep(space, "", 1, "repeatTask: {commandLine: \"work {0}\"}");
      space.awaitTrue("one runs", () -> !space.kubelet().ran(space.name(), "j-0").isEmpty());
      space.taskPods().forEach(p -> space.user().resource(p).delete());
      Job over = space.awaitCompleted("j");
      assertThat(over.getStatus().taskCounts()).isEqualTo(new TaskCounts(0, 0, 2, 2, 0));
      assertThat(space.kubelet().ran(space.name(), "j-0")).hasSize(2);
    }
  }

  @Test
  void whatIsRefusedWaitsThoughAnotherPodOfTheSamePassWasMade() {
    try (Space space = new Space("factory-partly")) {
      space.kubelet().script(space.name(), "j-0", End.always(new End.Hang()));
      AtomicInteger asked = new AtomicInteger();
      // Holds nothing: it counts.
      space.operator(
          Tap.holding(
              new HeldWrite(r ->
                  r.method().equals("POST")
                      && String.valueOf(r.bodyString()).contains("\"j-1-1\"")
                      && asked.incrementAndGet() < 0)));
      space.apply(Space.stranger("j-1-1"));
      space.pool("p", 1, 2);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      sweep(space, "", 1, "repeatTask: {commandLine: work}");

      Job waits = space.awaitJob("j", j -> Space.message(j).contains("PodRejected"));

      assertThat(Space.message(waits)).contains("j-1-1");
      space.awaitTrue(
          "the other one runs", () -> !space.kubelet().ran(space.name(), "j-0").isEmpty());
      assertThat(asked).as("not asked for again at once").hasValue(1);
    }
  }
}
