package io.poolwright.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.task.DependsOn.TaskIdRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Beside a list of all ranges, each of which is asked. */
class RangeIndexTest {
  private record Named(TaskIdRange range, String who) {}

  @RepeatedTest(50)
  void whoNamedARangeIsFoundByEachNumberInIt(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    RangeIndex index = new RangeIndex();
    List<Named> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      if (random.nextInt(3) > 0 || all.isEmpty()) {
        Named one = new Named(range(random), "c" + random.nextInt(4));
        all.add(one);
        index.add(one.range(), one.who());
      } else {
        Named gone = all.remove(random.nextInt(all.size()));
        index.remove(gone.range(), gone.who());
      }
      for (int number : new int[] {0, random.nextInt(70), random.nextInt(70), Integer.MAX_VALUE}) {
        Map<String, Integer> slowly = new HashMap<>();
        all.stream()
            .filter(n -> n.range().contains(number))
            .forEach(n -> slowly.merge(n.who(), 1, Integer::sum));
        assertThat(index.with(number)).as("%d in %s", number, all).isEqualTo(slowly);
      }
    }
  }

  private static TaskIdRange range(Random random) {
    int start = random.nextInt(70);
    return new TaskIdRange(
        start, random.nextInt(9) == 0 ? Integer.MAX_VALUE : start + random.nextInt(40));
  }
}
