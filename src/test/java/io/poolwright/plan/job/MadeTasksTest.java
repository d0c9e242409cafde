package io.poolwright.plan.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.factory.Ranges;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MadeTasksTest {
  @Test
  void whatIsMissingIsTriedAgainAndWhatWasMadeIsNot() {
    MadeTasks made = new MadeTasks(0, Ranges.NONE);
    assertThat(made.next(5, 3)).containsExactly(0, 1, 2);
    made = made.with(0, true).with(1, false).with(2, true);
    assertThat(made.uncreated()).isEqualTo("1");
    assertThat(made.next(5, 3)).containsExactly(1, 3, 4);
    assertThat(made.has(0)).isTrue();
    assertThat(made.has(1)).isFalse();
    assertThat(made.has(3)).isFalse();
    assertThat(made.with(1, true).uncreated()).isNull();
    assertThat(made.with(List.of(1, 3, 4))).isEqualTo(new MadeTasks(5, Ranges.NONE));
    assertThat(made.with(List.of(1))).isEqualTo(new MadeTasks(3, Ranges.NONE));
  }

  /** However often some fail, each is made once, and none is left out. */
  @Test
  void eachIsMadeOnce() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int total = 1 + random.nextInt(40);
      MadeTasks made = new MadeTasks(0, Ranges.NONE);
      BitSet there = new BitSet();
      for (List<Integer> next = made.next(total, 4); !next.isEmpty(); next = made.next(total, 4)) {
        for (int place : next) {
          assertThat(there.get(place)).as("place %s", place).isFalse();
          boolean works = random.nextInt(3) > 0;
          there.set(place, works);
          made = made.with(place, works);
        }
      }
      assertThat(there.cardinality()).isEqualTo(total);
      assertThat(made).isEqualTo(new MadeTasks(total, Ranges.NONE));
    }
  }
}
