package io.poolwright.it;

import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.pods.Names;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A story of the crash sweep: two nodes, each prepared for the job and released after it. */
final class PreparedNodes {
  private static final Set<String> TASKS = Set.of("j-a", "j-b");

  private PreparedNodes() {}

  static void begin(Space space) {
    space.pool("p", 2, 1);
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: j}
        spec:
          poolInfo: {poolId: p}
          jobPreparationTask: {commandLine: prepare}
          jobReleaseTask: {commandLine: clean}
          tasks:
            - {id: a, commandLine: work}
            - {id: b, commandLine: work}
        """);
  }

  /** Nothing of the job is on them any more, and nothing keeps it. */
  static boolean areLeft(Space space) {
    return space.pods(Names.ROLE_SPECIAL).isEmpty()
        && space.job("j").getMetadata().getFinalizers().isEmpty();
  }

  static List<String> problems(Space space) {
    List<String> problems = Scenario.wellEnded(space, "j", TASKS);
    Map<String, Integer> runs = Scenario.runs(space);
    space
        .tasks()
        .forEach(t -> {
          // Whichever nodes they had; both may have been on the one that was ready first.
          NodeInfo had = t.statusOrNew().nodeInfo();
          String node = had == null ? "none" : had.nodeId();
          Scenario.expect(problems, "preparations", 1, runs.get("j/preparation/" + node));
          Scenario.expect(problems, "releases", 1, runs.get("j/release/" + node));
        });
    Scenario.expect(
        problems,
        "nodes that the job knows",
        runs.keySet().stream().filter(r -> r.startsWith("j/preparation/")).count(),
        space.job("j").statusOrNew().preparations().stream()
            .filter(
                p -> p.preparation().succeeded() && p.release() != null && p.release().succeeded())
            .count());
    return problems;
  }

  static List<String> ranTooOften(Map<String, Integer> runs) {
    return runs.entrySet().stream()
        .filter(r -> r.getValue() > 1)
        .map(r -> r.getKey() + " ran " + r.getValue() + " times")
        .toList();
  }
}
