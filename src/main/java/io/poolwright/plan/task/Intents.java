package io.poolwright.plan.task;

import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Subtask;
import io.poolwright.snapshot.PodSeen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The one write that an attempt begins with, on however many nodes. */
public final class Intents {
  private Intents() {}

  /**
   * @param made the pods that were made for it, and the only ones that may ever be let go; the
   *     first is the primary's
   */
  public static TaskStatus of(Task task, String pool, List<PodSeen> made, Instant now) {
    PodSeen primary = made.getFirst();
    List<Subtask> subtasks = new ArrayList<>();
    for (int i = 1; i < made.size(); i++) {
      PodSeen pod = made.get(i);
      subtasks.add(new Subtask(i, node(pod), pod.name(), pod.uid()));
    }
    return LedgerEntry.intend(task, pool, node(primary), primary.name(), primary.uid(), now)
        .withSubtasks(subtasks);
  }

  private static String node(PodSeen pod) {
    return pod.node() == null ? "" : pod.node();
  }
}
