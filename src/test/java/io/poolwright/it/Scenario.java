package io.poolwright.it;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a user does, and what must come of it however often the operator is stopped meanwhile. */
interface Scenario {
  /** Before any operator is there. */
  void begin(Space space);

  /** What the user does next, where it is time for it; called again and again. */
  default void goOn(Space space) {}

  /**
   * How many of its writes each kind of fault hits, evenly spread, where it has more: those that a
   * scenario has in common with another need not all be tried in both.
   */
  default int faultsOfAKind() {
    return Integer.MAX_VALUE;
  }

  /** How many runs of it go side by side: larger ones would not end in time otherwise. */
  default int atOnce() {
    return 12;
  }

  /** The work itself is over, whatever the operator says of it. */
  boolean isDone(Space space);

  /** An operator that stands still may contradict this until it goes on. */
  boolean isSaid(Space space);

  /** What is not as it must be at the end. */
  List<String> problems(Space space);

  /** What nobody can undo. */
  List<String> ranTooOften(Map<String, Integer> runs);

  /** How often each task's command was started. */
  static Map<String, Integer> runs(Space space) {
    Map<String, Integer> runs = new TreeMap<>();
    space.kubelet().ran(space.name()).forEach(r -> runs.merge(r.task(), 1, Integer::sum));
    return runs;
  }

  static boolean jobIsOver(Space space, String job) {
    return space.job(job).stateOrActive() == JobState.COMPLETED && space.taskPods().isEmpty();
  }

  /** With the pod of one that failed, which stays to be read. */
  static boolean isOverButForOne(Space space, String job) {
    return space.job(job).stateOrActive() == JobState.COMPLETED && space.taskPods().size() == 1;
  }

  static boolean poolIsSteadyAndUnused(Space space, String pool) {
    Pool seen = space.pool(pool);
    boolean unused = Integer.valueOf(0).equals(seen.statusOrNew().usedSlots());
    return unused && Space.reason(seen).equals("Steady");
  }

  static List<String> services(Space space) {
    return space.user().services().inNamespace(space.name()).list().getItems().stream()
        .map(s -> s.getMetadata().getName())
        .toList();
  }

  static void expect(List<String> problems, String what, Object wanted, Object found) {
    if (!Objects.equals(wanted, found)) {
      problems.add(what + " is " + found + ", not " + wanted);
    }
  }

  /** A job that ended well, with all its tasks; and nothing left of them but the records. */
  static List<String> wellEnded(Space space, String jobName, Set<String> tasks) {
    List<String> problems = new ArrayList<>();
    Job job = space.job(jobName);
    int n = tasks.size();
    expect(problems, "job state", JobState.COMPLETED, job.stateOrActive());
    expect(problems, "job reason", "Succeeded", Space.reason(job));
    expect(problems, "counts", new TaskCounts(0, 0, n, n, 0), job.statusOrNew().taskCounts());
    expect(problems, "progress", n + "/" + n, job.statusOrNew().progress());
    Map<String, Task> found =
        space.tasks().stream()
            .collect(
                Collectors.toMap(
                    t -> t.getMetadata().getName(), t -> t, (a, b) -> a, TreeMap::new));
    expect(problems, "tasks", tasks, found.keySet());
    Map<String, Integer> runs = runs(space);
    found.forEach((name, task) -> {
      expect(problems, name + " state", TaskState.COMPLETED, task.statusOrNew().stateOrActive());
      expect(
          problems, name + " result", TaskResult.SUCCESS, task.statusOrNew().execution().result());
      expect(problems, name + " exit code", 0, task.statusOrNew().execution().exitCode());
      expect(problems, name + " attempts", runs.get(name), task.statusOrNew().attempts());
    });
    expect(
        problems,
        "task pods",
        List.of(),
        space.taskPods().stream().map(p -> p.getMetadata().getName()).toList());
    return problems;
  }

  /** Those that ran more often than they may. */
  static List<String> above(Map<String, Integer> allowed, Map<String, Integer> runs) {
    return runs.entrySet().stream()
        .filter(r -> r.getValue() > allowed.getOrDefault(r.getKey(), 0))
        .map(r -> r.getKey() + " ran " + r.getValue() + " times")
        .toList();
  }
}
