package io.poolwright.board;

import io.poolwright.api.task.TaskState;
import io.poolwright.snapshot.NodeLoad;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What runs on a node, and what of that which ran there last is over. */
final class OnNode {
  private int running;
  private int managers;
  private int completed;
  private int succeeded;
  private @Nullable Instant lastEnd;

  void add(BoardEntry entry, int by) {
    if (entry.state() == TaskState.RUNNING) {
      running += by;
      managers += entry.manages() ? by : 0;
      return;
    }
    completed += by;
    succeeded += entry.succeeded() ? by : 0;
    Instant end = entry.ended();
    // It stays when the task is deleted: the node was busy until then all the same.
    if (end != null && (lastEnd == null || end.isAfter(lastEnd))) {
      lastEnd = end;
    }
  }

  /** Tasks of a factory. */
  void run(int by) {
    running += by;
  }

  boolean isEmpty() {
    return running + completed == 0;
  }

  NodeLoad load() {
    return new NodeLoad(running, managers, completed, succeeded, lastEnd);
  }
}
