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

  void add(BoardEntry entry, int by, Instant now) {
    if (entry.state() == TaskState.RUNNING) {
      run(by, now);
      managers += entry.manages() ? by : 0;
      return;
    }
    completed += by;
    succeeded += entry.succeeded() ? by : 0;
    Instant end = entry.ended();
    if (end != null) {
      busyUntil(end);
    }
  }

  /** Not all leave a trace of their end: those of a factory, and those that are deleted. */
  void run(int by, Instant now) {
    running += by;
    if (by < 0) {
      busyUntil(now);
    }
  }

  /** It stays when the task is deleted: the node was busy until then all the same. */
  private void busyUntil(Instant end) {
    if (lastEnd == null || end.isAfter(lastEnd)) {
      lastEnd = end;
    }
  }

  boolean isEmpty() {
    return running + completed == 0;
  }

  NodeLoad load() {
    return new NodeLoad(running, managers, completed, succeeded, lastEnd);
  }
}
