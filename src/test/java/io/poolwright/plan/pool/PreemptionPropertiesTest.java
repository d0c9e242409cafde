package io.poolwright.plan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.pool.Assignment.Room;
import io.poolwright.plan.pool.PoolPlan.Preempt;
import io.poolwright.snapshot.AttemptSeen;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pool that is run by the decision alone, whatever the order in which what is stopped ends. */
class PreemptionPropertiesTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

  static LongStream seeds() {
    return LongStream.range(0, 1000);
  }

  private static WaitingTask task(String name, int slots, int priority, int order) {
    return new WaitingTask(name, slots, priority, T0, "j" + priority, T0, order);
  }

  /** What runs, what waits, and what has been stopped so far. */
  private static final class Pool {
    private final Random random;
    private final int slotsPerNode;
    private final TreeMap<String, Integer> nodes = new TreeMap<>();
    private final Map<String, AttemptSeen> running = new TreeMap<>();
    private final TreeSet<WaitingTask> waiting = new TreeSet<>();
    private final Set<String> stopped = new HashSet<>();
    private final Map<String, String> kept = new TreeMap<>();
    private final List<Assigned> started = new ArrayList<>();

    Pool(long seed) {
      random = new Random(seed);
      slotsPerNode = 1 + random.nextInt(6);
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        int used = 0;
        while (used < slotsPerNode && random.nextInt(8) > 0) {
          int slots = 1 + random.nextInt(slotsPerNode - used);
          String name = "a" + running.size();
          used += slots;
          running.put(
              name, attempt(name, "n" + n, slots, 0, T0.minusSeconds(random.nextInt(99)), null));
        }
        nodes.put("n" + n, used);
      }
      for (int i = random.nextInt(9); i > 0; i--) {
        int priority = random.nextInt(4);
        waiting.add(task("w" + i, 1 + random.nextInt(slotsPerNode), priority - 1, i));
      }
    }

    private AttemptSeen attempt(
        String name,
        String node,
        int slots,
        int priority,
        Instant started,
        @Nullable String stoppedFor) {
      boolean yields = priority == 0 && stoppedFor == null && name.hashCode() % 5 != 0;
      return new AttemptSeen(
          name,
          "uid-" + name,
          node,
          slots,
          priority,
          started,
          yields,
          stoppedFor != null,
          stoppedFor);
    }

    /** One look at the pool. */
    Preemption look() {
      List<Room> rooms = new ArrayList<>();
      nodes.forEach((n, used) -> rooms.add(new Room(n, slotsPerNode - used, used, false)));
      boolean any = running.values().stream().anyMatch(a -> a.yields() || a.ends());
      Preemption preemption =
          new Preemption(
              new PreemptibleSeen(any ? 0 : null, List.copyOf(running.values()), kept), rooms);
      List<Assigned> assigned =
          Assignment.decide(
              rooms.stream().filter(r -> r.freeSlots() > 0).toList(),
              List.copyOf(waiting),
              random.nextBoolean(),
              Map.of(),
              Map.of(),
              preemption,
              rooms);
      kept.clear();
      kept.putAll(preemption.kept());
      for (Assigned one : assigned) {
        assertThat(waiting.removeIf(w -> w.name().equals(one.task()))).isTrue();
        nodes.merge(one.node(), one.waits().slots(), Integer::sum);
        assertThat(nodes.get(one.node())).isLessThanOrEqualTo(slotsPerNode);
        WaitingTask w = one.waits();
        running.put(one.task(), attempt(one.task(), one.node(), w.slots(), w.priority(), T0, null));
        started.add(one);
      }
      return preemption;
    }

    void stop(Preempt one) {
      AttemptSeen was = one.attempt();
      assertThat(stopped.add(was.pod())).as("stopped once").isTrue();
      running.put(
          was.pod(),
          attempt(was.pod(), was.node(), was.slots(), was.priority(), was.started(), one.task()));
    }

    /** One of those that are stopped has ended, and waits again. */
    boolean end() {
      List<AttemptSeen> ending = running.values().stream().filter(AttemptSeen::ends).toList();
      if (ending.isEmpty()) {
        return false;
      }
      AttemptSeen over = ending.get(random.nextInt(ending.size()));
      running.remove(over.pod());
      nodes.merge(over.node(), -over.slots(), Integer::sum);
      waiting.add(task(over.pod(), over.slots(), 0, 100));
      return true;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void eachIsStoppedOnceForWhatThenRunsAndNobodyIsStoppedLater(long seed) {
    Pool pool = new Pool(seed);
    Preemption first = pool.look();
    Map<String, Integer> priorities = new HashMap<>();
    pool.waiting.forEach(w -> priorities.put(w.job() + "/" + w.name(), w.priority()));
    Set<String> preemptors = new TreeSet<>();
    for (Preempt one : first.victims()) {
      assertThat(priorities.get(one.task())).isGreaterThan(one.attempt().priority());
      assertThat(one.attempt().yields()).isTrue();
      preemptors.add(one.task());
    }
    first.victims().forEach(pool::stop);
    do {
      // What was not marked in time is marked now: nothing else may be.
      assertThat(pool.look().victims()).isEmpty();
    } while (pool.end());

    Set<String> ran = new HashSet<>();
    pool.started.forEach(a -> ran.add(a.waits().job() + "/" + a.task()));
    assertThat(ran).containsAll(preemptors);
  }

  /** The operator is killed while it marks: some of those that it chose are stopped, some not. */
  @ParameterizedTest
  @MethodSource("seeds")
  void markingThatIsCutShortIsTakenUpAndStopsNoMore(long seed) {
    Pool pool = new Pool(seed);
    List<Preempt> chosen = pool.look().victims();
    List<Preempt> done =
        chosen.subList(0, chosen.isEmpty() ? 0 : pool.random.nextInt(chosen.size()));
    done.forEach(pool::stop);
    pool.kept.clear();
    List<Preempt> rest = pool.look().victims();

    assertThat(done.size() + rest.size()).isLessThanOrEqualTo(chosen.size());
    rest.forEach(pool::stop);
    do {
      assertThat(pool.look().victims()).isEmpty();
    } while (pool.end());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noFewerOfOneNodeWouldMakeTheRoom(long seed) {
    Random random = new Random(seed);
    List<AttemptSeen> all = new ArrayList<>();
    for (int i = random.nextInt(9); i > 0; i--) {
      all.add(
          new AttemptSeen(
              "a" + i,
              "uid-" + i,
              "n",
              1 + random.nextInt(4),
              random.nextInt(3),
              T0.minusSeconds(random.nextInt(9)),
              true,
              false,
              null));
    }
    int slots = 1 + random.nextInt(12);
    List<AttemptSeen> chosen = Preemption.fewest(slots, all);
    int best = Integer.MAX_VALUE;
    for (int set = 0; set < 1 << all.size(); set++) {
      int sum = 0;
      for (int i = 0; i < all.size(); i++) {
        sum += (set >> i & 1) * all.get(i).slots();
      }
      best = sum >= slots ? Math.min(best, Integer.bitCount(set)) : best;
    }

    assertThat(chosen).hasSize(best == Integer.MAX_VALUE ? 0 : best);
    assertThat(chosen).doesNotHaveDuplicates();
    assertThat(Preemption.fewest(slots, all.reversed())).isEqualTo(chosen);
  }
}
