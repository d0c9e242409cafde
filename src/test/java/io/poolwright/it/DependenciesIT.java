package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Section 10 of the reference, and what section 7.4 says of dependents. */
class DependenciesIT {

  private static String job(String tasks) {
    return """
    apiVersion: poolwright.io/v1alpha1
    kind: Job
    metadata: {name: j}
    spec:
      poolInfo: {poolId: p}
      tasks:
    """
        + tasks.indent(4);
  }

  private static List<String> order(Space space) {
    return space.kubelet().ran(space.name()).stream().map(Ran::task).toList();
  }

  private static String failure(Task task) {
    assertThat(task.statusOrNew().execution().result()).isEqualTo(TaskResult.FAILURE);
    FailureInfo info = task.statusOrNew().execution().failureInfo();
    return info == null ? "" : info.code();
  }

  @Test
  void tasksRunInTheOrderOfTheirDependencies() {
    try (Space space = new Space("diamond")) {
      space.operator();
      space.pool("p", 2, 2);
      space.apply(
          job(
              """
              - {id: end, commandLine: work, dependsOn: {taskIds: [left, right]}}
              - {id: left, commandLine: work, dependsOn: {taskIds: [start]}}
              - {id: right, commandLine: work, dependsOn: {taskIds: [start]}}
              - {id: start, commandLine: work}
              """));

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(4);

      List<String> order = order(space);
      assertThat(order).hasSize(4).startsWith("j-start").endsWith("j-end");
    }
  }

  @Test
  void aBlockedTaskSaysSoAndRunsOnceItsParentWasReactivated() {
    try (Space space = new Space("blocked")) {
      space.kubelet().script(space.name(), "j-a", End.first(new End.Exit(3)));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              """
              - {id: a, commandLine: work}
              - {id: b, commandLine: work, dependsOn: {taskIds: [a]}}
              """));

      space.awaitTask("j-b", t -> Space.reason(t).equals("DependencyBlocked"));
      Job stuck = space.awaitJob("j", j -> Space.reason(j).equals("TasksStuck"));
      assertThat(Space.message(stuck)).contains("j-b").contains("task a failed");
      space.merge(
          Task.class,
          "j-a",
          "{\"metadata\":{\"annotations\":{\"poolwright.io/reactivate\":\"once more\"}}}");

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(2);
      assertThat(order(space)).containsExactly("j-a", "j-a", "j-b");
      assertThat(space.task("j-a").statusOrNew().attempts()).isEqualTo(2);
      assertThat(space.task("j-a").statusOrNew().execution().retries()).isZero();
    }
  }

  @Test
  void satisfyOnFailureUnblocks() {
    try (Space space = new Space("satisfy")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Exit(3)));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              """
              - id: a
                commandLine: work
                exitConditions: {exitCodeRanges: [{start: 1, end: 5, exitOptions: {dependencyAction: satisfy}}]}
              - {id: b, commandLine: work, dependsOn: {taskIds: [a]}}
              """));

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(1);
      assertThat(order(space)).containsExactly("j-a", "j-b");
    }
  }

  @Test
  void failOnFailureEndsTheDependentsAndTheJobWithThem() {
    try (Space space = new Space("fail")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Exit(3)));
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              """
              - {id: a, commandLine: work, exitConditions: {default: {dependencyAction: Fail}}}
              - {id: b, commandLine: work, dependsOn: {taskIds: [a]}, exitConditions: {default: {dependencyAction: Fail}}}
              - {id: c, commandLine: work, dependsOn: {taskIds: [b]}}
              """));

      Job job = space.awaitCompleted("j");

      assertThat(job.getStatus().taskCounts().failed()).isEqualTo(3);
      assertThat(failure(space.task("j-b"))).isEqualTo("DependencyFailed");
      assertThat(failure(space.task("j-c"))).isEqualTo("DependencyFailed");
      assertThat(order(space)).containsExactly("j-a");
    }
  }

  @Test
  void aRangeWaitsForTasksThatAreAddedLater() {
    try (Space space = new Space("range")) {
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              """
              - {id: merge, commandLine: work, dependsOn: {taskIdRanges: [{start: 1, end: 3}]}}
              - {id: "01", commandLine: work}
              - {id: "2", commandLine: work}
              """));
      Task waits =
          space.awaitTask("j-merge", t -> Space.reason(t).equals("WaitingForDependencies"));
      assertThat(Space.message(waits)).contains("3 (does not exist)");

      space.apply(
          """
          apiVersion: poolwright.io/v1alpha1
          kind: Task
          metadata: {name: third}
          spec: {jobId: j, id: "003", commandLine: work}
          """);

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(4);
      assertThat(order(space)).endsWith("j-merge").hasSize(4);
    }
  }

  @Test
  void aCircleIsToldAtOnceToAllThatAreInIt() {
    try (Space space = new Space("circle")) {
      space.operator();
      space.pool("p", 1, 1);
      space.apply(
          job(
              """
              - {id: a, commandLine: work, dependsOn: {taskIds: [b]}}
              - {id: b, commandLine: work, dependsOn: {taskIds: [a]}}
              - {id: c, commandLine: work}
              """));

      Task a = space.awaitTask("j-a", t -> Space.reason(t).equals("DependencyCycle"));
      space.awaitTask("j-b", t -> Space.reason(t).equals("DependencyCycle"));
      assertThat(Space.message(a)).contains("a → b → a");
      space.awaitTask("j-c", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      space.merge(Task.class, "j-a", "{\"spec\":{\"dependsOn\":{\"taskIds\":[\"c\"]}}}");

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(3);
      assertThat(order(space)).containsExactly("j-c", "j-a", "j-b");
    }
  }

  @Test
  void dependenciesAreKnownAgainAfterTheOperatorWasAway() {
    try (Space space = new Space("away")) {
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      RunningOperator first = space.operator();
      space.pool("p", 2, 1);
      space.apply(
          job(
              """
              - {id: a, commandLine: work}
              - {id: b, commandLine: work, dependsOn: {taskIds: [a]}}
              """));
      space.awaitTask("j-b", t -> Space.reason(t).equals("WaitingForDependencies"));
      space.awaitTrue("runs", () -> order(space).contains("j-a"));
      first.kill();
      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      space.operator();

      assertThat(space.awaitCompleted("j").getStatus().taskCounts().succeeded()).isEqualTo(2);
      assertThat(order(space)).containsExactly("j-a", "j-b");
    }
  }
}
