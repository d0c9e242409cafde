package io.poolwright.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Beside one sorted set of all, from which each job's first are taken. */
class WaitingQueueTest {

  @RepeatedTest(20)
  void theFirstOfAllButWhatTheirJobKeepsBack(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    WaitingQueue queue = new WaitingQueue();
    TreeSet<WaitingTask> all = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      if (random.nextInt(3) > 0 || all.isEmpty()) {
        WaitingTask task = task(random, i);
        queue.add(task);
        all.add(task);
      } else {
        WaitingTask gone = all.stream().skip(random.nextInt(all.size())).findFirst().orElseThrow();
        queue.remove(gone);
        all.remove(gone);
      }
      Map<String, Integer> left = new HashMap<>();
      for (int j = 0; j < 5; j++) {
        left.put("j" + j, random.nextInt(6) - 1);
      }
      int limit = random.nextInt(30);
      assertThat(queue.next(limit, j -> left.getOrDefault(j, 0)))
          .isEqualTo(slowly(all, limit, left));
      assertThat(queue.isEmpty()).isEqualTo(all.isEmpty());
    }
  }

  private static List<WaitingTask> slowly(
      Set<WaitingTask> all, int limit, Map<String, Integer> left) {
    Map<String, Integer> taken = new HashMap<>();
    List<WaitingTask> next = new ArrayList<>();
    for (WaitingTask task : all) {
      if (next.size() < limit
          && taken.getOrDefault(task.job(), 0) < left.getOrDefault(task.job(), 0)) {
        taken.merge(task.job(), 1, Integer::sum);
        next.add(task);
      }
    }
    return next;
  }

  /** Of one job all tasks have the same priority and age of the job. */
  private static WaitingTask task(Random random, int number) {
    int job = random.nextInt(5);
    return new WaitingTask(
        "t" + number,
        1 + random.nextInt(4),
        job % 2,
        Instant.ofEpochSecond(job / 2),
        "j" + job,
        Instant.ofEpochSecond(random.nextInt(3)),
        random.nextInt(4));
  }
}
