package io.poolwright.it;

import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskStatus.Subtask;
import io.poolwright.api.task.TaskStatus.SubtaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The scenario of a task that has three nodes at once. The second subtask fails the first time, and
 * may do so before the others have begun.
 */
final class Gang {
  static final String POOL =
      """
      apiVersion: poolwright.io/v1alpha1
      kind: Pool
      metadata: {name: p}
      spec:
        targetDedicatedNodes: %d
        enableInterNodeCommunication: true
        node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
      """;

  private static final Map<String, Integer> MOST = Map.of("j-mpi", 2, "j-mpi/1", 2, "j-mpi/2", 2);

  private Gang() {}

  /** A job {@code j} with a task {@code mpi} of so many nodes. */
  static String job(int nodes, int retries) {
    return """
    apiVersion: poolwright.io/v1alpha1
    kind: Job
    metadata: {name: j}
    spec:
      poolInfo: {poolId: p}
      onAllTasksComplete: TerminateJob
      tasks:
      - id: mpi
        commandLine: work
        constraints: {maxTaskRetryCount: %2$d}
        multiInstanceSettings: {numberOfInstances: %1$d, coordinationCommandLine: begin}
    """
        .formatted(nodes, retries);
  }

  static void begin(Space space) {
    // The first attempt may end before its primary has run: another member's end is its own, too.
    space
        .kubelet()
        .scriptAttempts(space.name(), "j-mpi", n -> n == 1 ? new End.Hang() : End.SUCCESS);
    space.kubelet().script(space.name(), "j-mpi/2", failsFirst());
    space.apply(POOL.formatted(3));
    space.apply(job(3, 1));
  }

  static IntFunction<End> failsFirst() {
    return run -> run == 0 ? new End.Exit(3) : new End.Hang();
  }

  static List<String> problems(Space space) {
    List<String> problems = new ArrayList<>();
    Task task = space.task("j-mpi");
    Scenario.expect(
        problems, "result", TaskResult.SUCCESS, task.statusOrNew().execution().result());
    Scenario.expect(problems, "attempts", 2, task.statusOrNew().attempts());
    Scenario.expect(problems, "retries", 1, task.statusOrNew().execution().retries());
    Scenario.expect(
        problems,
        "subtasks",
        List.of(SubtaskState.COMPLETED, SubtaskState.COMPLETED),
        task.statusOrNew().subtasks().stream().map(Subtask::state).toList());
    Scenario.expect(problems, "node pods", 3, space.nodePods().size());
    Scenario.expect(problems, "task pods", 0, space.taskPods().size());
    return problems;
  }

  static List<String> ranTooOften(Map<String, Integer> runs) {
    return Scenario.above(MOST, runs);
  }
}
