package io.poolwright.board;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Whether a task is in a circle, found out without a look at all that it belongs together with. */
final class Closing {
  private Closing() {}

  /**
   * Both ways at the same time, and no further than the shorter one goes: a task that is added has
   * as yet few that depend on it, or few that it depends on.
   *
   * @param parents the ids that one depends on
   * @param dependents the ids that depend on one
   */
  static boolean isInCircle(
      String id, Function<String, Set<String>> parents, Function<String, Set<String>> dependents) {
    Walk up = new Walk(id, parents);
    Walk down = new Walk(id, dependents);
    while (!up.isOver() && !down.isOver()) {
      if (up.step() || down.step()) {
        return true;
      }
    }
    return false;
  }

  /** All that can be reached from one, task by task. */
  private static final class Walk {
    private final String from;
    private final Function<String, Set<String>> next;
    private final Set<String> seen = new HashSet<>();
    private final List<String> open = new ArrayList<>();

    private Walk(String from, Function<String, Set<String>> next) {
      this.from = from;
      this.next = next;
      open.add(from);
    }

    private boolean isOver() {
      return open.isEmpty();
    }

    /** Returns whether it has come back to where it began. */
    private boolean step() {
      for (String id : next.apply(open.removeLast())) {
        if (id.equals(from)) {
          return true;
        }
        if (seen.add(id)) {
          open.add(id);
        }
      }
      return false;
    }
  }
}
