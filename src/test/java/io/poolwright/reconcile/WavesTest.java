package io.poolwright.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WavesTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

  /** A task on so many nodes. */
  private static Stream<Assigned> task(int number, int nodes) {
    WaitingTask task =
        new WaitingTask(
            "t" + number, 1, 0, T0, "j", T0, number, false, false, null, null, nodes, false);
    return IntStream.range(0, nodes).mapToObj(i -> new Assigned(task, "n" + i));
  }

  private static List<Assigned> tasks(int count) {
    return IntStream.range(0, count).boxed().flatMap(i -> task(i, 1)).toList();
  }

  @Test
  void asManyAsFitAreOne() {
    assertThat(Waves.of(tasks(Waves.SIZE))).containsExactly(tasks(Waves.SIZE));
    assertThat(Waves.of(List.of())).isEmpty();
  }

  @Test
  void theyAreInTheirOrderAndNoneIsLeftOut() {
    List<Assigned> all = tasks(Waves.SIZE * 2 + 1);

    assertThat(Waves.of(all))
        .containsExactly(
            all.subList(0, Waves.SIZE),
            all.subList(Waves.SIZE, Waves.SIZE * 2),
            all.subList(Waves.SIZE * 2, Waves.SIZE * 2 + 1));
  }

  @Test
  void aTaskWithSeveralNodesIsNotDivided() {
    List<Assigned> all =
        Stream.of(tasks(Waves.SIZE - 1).stream(), task(1000, 4), task(1001, 4))
            .flatMap(t -> t)
            .toList();

    assertThat(Waves.of(all))
        .containsExactly(all.subList(0, Waves.SIZE + 3), all.subList(Waves.SIZE + 3, all.size()));
  }
}
