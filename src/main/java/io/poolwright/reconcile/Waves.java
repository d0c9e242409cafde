package io.poolwright.reconcile;

import io.poolwright.plan.pool.Assignment.Assigned;
import java.util.ArrayList;
import java.util.List;

/**
 * Tasks that have a node start in waves. The first of a large job would otherwise begin only when
 * pods were made for the last, and a job that is cancelled meanwhile, or one that goes before the
 * others, be seen only then. A look ends with the wave in which so many have begun; where tasks
 * cannot begin, whatever the reason, it goes on with those behind them.
 */
final class Waves {
  static final int SIZE = 100;

  private Waves() {}

  /** All of them in their order; a task with several nodes is not divided. */
  static List<List<Assigned>> of(List<Assigned> assigned) {
    List<List<Assigned>> waves = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= assigned.size(); i++) {
      boolean isWhole =
          i == assigned.size() || !assigned.get(i).task().equals(assigned.get(i - 1).task());
      if (isWhole && (i == assigned.size() || i - from >= SIZE)) {
        waves.add(assigned.subList(from, i));
        from = i;
      }
    }
    return waves;
  }
}
