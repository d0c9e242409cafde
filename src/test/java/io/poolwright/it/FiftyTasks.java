package io.poolwright.it;

import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A story of the crash sweep: a factory of fifty, three of which fail once and one for good, and a
 * task that waits for all.
 */
final class FiftyTasks {
  private static final int TASKS = 50;
  private static final Set<Integer> FLAKY = Set.of(3, 17, 49);
  private static final int BAD = 21;

  private FiftyTasks() {}

  private static Map<String, Integer> allowed() {
    Map<String, Integer> runs = new TreeMap<>();
    for (int i = 0; i < TASKS; i++) {
      runs.put("j-" + i, FLAKY.contains(i) || i == BAD ? 2 : 1);
    }
    runs.put("j-merge", 1);
    return runs;
  }

  static void begin(Space space) {
    FLAKY.forEach(i -> space.kubelet().script(space.name(), "j-" + i, End.first(new End.Exit(1))));
    space.kubelet().script(space.name(), "j-" + BAD, End.always(new End.Exit(4)));
    space.pool("p", 2, 10);
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: j}
        spec:
          poolInfo: {poolId: p}
          constraints: {maxTaskRetryCount: 1}
          taskFactory:
            type: Repeat
            count: 50
            repeatTask:
              commandLine: "work {0}"
              exitConditions: {default: {dependencyAction: Satisfy}}
            mergeTask: {commandLine: merge}
        """);
  }

  static List<String> problems(Space space) {
    List<String> problems = new ArrayList<>();
    Job job = space.job("j");
    Scenario.expect(problems, "job reason", "TasksFailed", Space.reason(job));
    Scenario.expect(
        problems,
        "counts",
        new TaskCounts(0, 0, TASKS + 1, TASKS, 1),
        job.statusOrNew().taskCounts());
    FactoryStatus factory = job.statusOrNew().taskFactory();
    if (factory == null) {
      problems.add("the ledger is gone");
      return problems;
    }
    Scenario.expect(problems, "succeeded", "0-20,22-49", factory.succeeded());
    Scenario.expect(problems, "failed", "21", factory.failed());
    Scenario.expect(problems, "live", List.of(), factory.live());
    Scenario.expect(problems, "commands run", allowed(), Scenario.runs(space));
    // What failed can be read for as long as it is retained.
    Scenario.expect(
        problems,
        "pods",
        List.of("j-21-2"),
        space.taskPods().stream().map(p -> p.getMetadata().getName()).toList());
    return problems;
  }

  static List<String> ranTooOften(Map<String, Integer> runs) {
    return Scenario.above(allowed(), runs);
  }
}
