package io.poolwright.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.board.FreeRoom.Share;
import io.poolwright.plan.pool.Assignment;
import io.poolwright.plan.pool.Assignment.Room;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

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
      Offer offer = queue.next(limit, FreeRoom.NONE, j -> new Share(left.getOrDefault(j, 0), null));
      assertThat(offer.tasks()).isEqualTo(slowly(all, limit, left));
      assertThat(offer.left()).as("none of which there are too many").isEmpty();
      assertThat(queue.isEmpty()).isEqualTo(all.isEmpty());
    }
  }

  /** Whatever waits before it: what is given decides as all that waits would. */
  @RepeatedTest(400)
  void whatIsGivenIsEnoughToDecide(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    WaitingQueue queue = new WaitingQueue();
    TreeSet<WaitingTask> all = new TreeSet<>();
    int wide = 1 + random.nextInt(8);
    for (int i = random.nextInt(150); i > 0; i--) {
      all.add(any(random, i, wide));
    }
    all.forEach(queue::add);
    List<Room> rooms =
        IntStream.range(0, random.nextInt(5))
            .mapToObj(i -> new Room("n" + i, 1 + random.nextInt(6), 0, random.nextInt(3) == 0))
            .toList();
    Map<String, Integer> left = new HashMap<>();
    Map<String, Map<String, NodeStanding>> standings = new HashMap<>();
    Map<String, Share> shares = new HashMap<>();
    for (int j = 0; j < 5; j++) {
      int most = random.nextInt(4) == 0 ? 1000 : random.nextInt(6) - 1;
      left.put("j" + j, most);
      shares.put("j" + j, new Share(most, null));
      if (random.nextInt(4) == 0) {
        Map<String, NodeStanding> nodes = new HashMap<>();
        rooms.forEach(r ->
            nodes.put(r.node(), random.nextBoolean() ? NodeStanding.CLOSED : NodeStanding.READY));
        standings.put("j" + j, nodes);
        shares.put("j" + j, new Share(most, room(rooms, nodes)));
      }
    }
    boolean packs = random.nextBoolean();

    Offer offer = queue.next(random.nextInt(3), room(rooms, Map.of()), shares::get);

    assertThat(Assignment.decide(rooms, offer.tasks(), packs, offer.left(), standings))
        .isEqualTo(Assignment.decide(rooms, List.copyOf(all), packs, left, standings));
  }

  /** Tasks that need several nodes at once keep those that are free from what comes after them. */
  @RepeatedTest(200)
  void whatIsGivenIsEnoughForGangs(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    WaitingQueue queue = new WaitingQueue();
    TreeSet<WaitingTask> all = new TreeSet<>();
    for (int i = random.nextInt(60); i > 0; i--) {
      all.add(gang(task(random, i), random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(7)));
    }
    all.forEach(queue::add);
    List<Room> rooms =
        IntStream.range(0, random.nextInt(8))
            .mapToObj(i -> new Room("n" + i, 1, 0, false))
            .toList();
    Map<String, Integer> left = new HashMap<>();
    for (int j = 0; j < 5; j++) {
      left.put("j" + j, random.nextInt(3) == 0 ? random.nextInt(3) : 1000);
    }

    Offer offer =
        queue.next(random.nextInt(3), room(rooms, Map.of()), j -> new Share(left.get(j), null));

    assertThat(Assignment.decide(rooms, offer.tasks(), false, offer.left(), Map.of()))
        .isEqualTo(Assignment.decide(rooms, List.copyOf(all), false, left, Map.of()));
  }

  private static WaitingTask gang(WaitingTask task, int instances) {
    return new WaitingTask(
        task.name(),
        1,
        task.priority(),
        task.jobCreated(),
        task.job(),
        task.created(),
        task.order(),
        false,
        false,
        null,
        null,
        instances,
        false);
  }

  private static FreeRoom room(List<Room> rooms, Map<String, NodeStanding> nodes) {
    return FreeRoom.of(
        rooms.stream()
            .filter(r -> nodes.get(r.node()) != NodeStanding.CLOSED)
            .mapToInt(Room::freeSlots));
  }

  /** A job has one manager at most. */
  private static WaitingTask any(Random random, int number, int wide) {
    WaitingTask task = task(random, number);
    boolean manager = number <= 5 && random.nextInt(3) == 0;
    return new WaitingTask(
        task.name(),
        random.nextInt(3) > 0 ? wide : 1 + random.nextInt(8),
        task.priority(),
        manager ? Instant.ofEpochSecond((number - 1) / 2) : task.jobCreated(),
        manager ? "j" + (number - 1) : task.job(),
        manager ? Instant.EPOCH : task.created(),
        manager ? -1 : task.order(),
        manager,
        manager && random.nextBoolean(),
        random.nextInt(9) == 0 ? "n1" : null,
        null,
        1,
        false);
  }

  @Test
  void whatNothingCouldTakeHidesNothingAndOfOtherWidthsNoMoreIsGivenThanFit() {
    WaitingQueue queue = new WaitingQueue();
    for (int i = 0; i < 1000; i++) {
      queue.add(new WaitingTask("wide" + i, 3, 0, Instant.EPOCH, "j", Instant.EPOCH, i));
      queue.add(new WaitingTask("narrow" + i, 1, 0, Instant.EPOCH, "k", Instant.EPOCH, i));
    }

    Offer offer = queue.next(10, FreeRoom.of(IntStream.of(2, 2, 0)), j -> new Share(1000, null));

    assertThat(offer.tasks()).extracting(WaitingTask::name).hasSize(14).endsWith("narrow3");
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

  /** A job whose priority changes has tasks with the old one and with the new. */
  private static WaitingTask task(Random random, int number) {
    int job = random.nextInt(5);
    return new WaitingTask(
        "t" + number,
        1 + random.nextInt(4),
        random.nextInt(2),
        Instant.ofEpochSecond(job / 2),
        "j" + job,
        Instant.ofEpochSecond(random.nextInt(3)),
        random.nextInt(4));
  }
}
