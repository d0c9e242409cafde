package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.TaskState;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Objects that are made anew at once under the name of one that was deleted, as kubectl replace
 * --force does.
 */
class ReplacedIT {
  private static final int POOLS = 12;
  private static final int ROUNDS = 6;

  @Test
  void poolsThatAreReplacedAgainAndAgain() {
    try (Space space = new Space("replaced")) {
      space.operator();
      List<String> pools = IntStream.range(0, POOLS).mapToObj(i -> "p" + i).toList();
      pools.forEach(p -> space.pool(p, 0, 1));
      for (int round = 0; round < ROUNDS; round++) {
        pools.parallelStream()
            .forEach(p -> {
              space.delete(Pool.class, p);
              space.pool(p, 0, 1);
            });
        pools.forEach(p -> space.awaitPool(p, q -> Space.reason(q).equals("Steady")));
      }
      assertThat(space.nodePods()).isEmpty();
    }
  }

  /** Nothing collects garbage here: what the first job has made stays, as it does for a moment. */
  @Test
  void aJobDoesNotRunTheTasksOfOneThatHadItsName() {
    try (Space space = new Space("replaced-job")) {
      space.operator();
      space.job("j", "p", 0, "a");
      space.awaitTask("j-a", t -> Space.reason(t).equals("PoolNotFound"));
      space.delete(Job.class, "j");
      space.awaitTask("j-a", t -> Space.reason(t).equals("JobNotFound"));

      space.job("j", "p", 0, "b");
      space.pool("p", 1, 1);

      // It comes after the other in every order.
      space.awaitTask("j-b", t -> t.statusOrNew().stateOrActive() == TaskState.COMPLETED);
      assertThat(Space.reason(space.task("j-a"))).isEqualTo("JobNotFound");
      assertThat(space.kubelet().ran(space.name(), "j-a")).isEmpty();
    }
  }
}
