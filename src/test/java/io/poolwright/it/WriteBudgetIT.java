package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Seven writes a task (section 7 of the design): Task, pod, intent, gate, outcome, finalizer,
 * deletion.
 */
class WriteBudgetIT {
  private static final int TASKS = 20;
  private static final int NODES = 4;

  @Test
  void sevenWritesATask() {
    try (Space space = new Space("budget")) {
      RunningOperator operator = space.operator();
      space.pool("p", NODES, 2);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.job(
          "j", "p", 0, IntStream.range(0, TASKS).mapToObj(i -> "t" + i).toArray(String[]::new));
      space.awaitCompleted("j");
      space.awaitTrue("task pods gone", () -> space.taskPods().isEmpty());

      // A node shows Idle once it is ready, and Running from before its first task on.
      Map<Boolean, List<Tap.Write>> all =
          operator.tap().writes().stream()
              .collect(
                  Collectors.partitioningBy(w -> w.toString().startsWith("PATCH pods/p-node-")));
      assertThat(all.get(true)).hasSize(2 * NODES);
      List<Tap.Write> writes = all.get(false);
      Map<String, Integer> byKind = new TreeMap<>();
      writes.forEach(w -> byKind.merge(w.verb() + " " + w.resource(), 1, Integer::sum));
      assertThat(byKind)
          .as("all writes: %s", writes)
          .containsEntry("POST tasks", TASKS)
          .containsEntry("POST pods", TASKS + NODES)
          .containsEntry("PUT tasks/status", 2 * TASKS)
          .containsEntry("PATCH pods", 2 * TASKS)
          .containsEntry("DELETE pods", TASKS);
      assertThat(writes.size() - 7 * TASKS - NODES)
          .as("for the pool and the job, events among them: %s", byKind)
          .isBetween(0, 20);
    }
  }
}
