package io.poolwright.plan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.pool.Assignment.Room;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AssignmentTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

  private record Snapshot(List<Room> rooms, List<WaitingTask> waiting, boolean packs) {}

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  private static Snapshot random(long seed) {
    Random random = new Random(seed);
    List<Room> rooms =
        IntStream.range(0, random.nextInt(6))
            .mapToObj(i -> new Room("n" + i, 1 + random.nextInt(8), random.nextInt(8), false))
            .toList();
    TreeSet<WaitingTask> waiting = new TreeSet<>();
    for (int i = random.nextInt(30); i > 0; i--) {
      waiting.add(
          new WaitingTask(
              "t" + i,
              1 + random.nextInt(10),
              random.nextInt(3),
              T0.plusSeconds(random.nextInt(3)),
              "j" + random.nextInt(3),
              T0.plusSeconds(random.nextInt(3)),
              random.nextInt(3)));
    }
    return new Snapshot(rooms, List.copyOf(waiting), random.nextBoolean());
  }

  private static List<Assigned> decide(Snapshot seen) {
    return Assignment.decide(seen.rooms(), seen.waiting(), seen.packs());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noNodeGetsMoreThanItsFreeSlotsAndNoTaskTwoNodes(long seed) {
    Snapshot seen = random(seed);
    Map<String, Integer> slots = new HashMap<>();
    seen.waiting().forEach(t -> slots.put(t.name(), t.slots()));

    List<Assigned> assigned = decide(seen);

    assertThat(decide(seen)).as("the same snapshot").isEqualTo(assigned);
    assertThat(assigned).extracting(Assigned::task).doesNotHaveDuplicates();
    for (Room room : seen.rooms()) {
      int taken =
          assigned.stream()
              .filter(a -> a.node().equals(room.node()))
              .mapToInt(a -> slots.get(a.task()))
              .sum();
      assertThat(taken).as(room.node()).isLessThanOrEqualTo(room.freeSlots());
    }
  }

  /** A task is passed over only if no node had room for it when it was its turn. */
  @ParameterizedTest
  @MethodSource("seeds")
  void tasksAreTakenInTheirOrderAndWhatFitsIsTaken(long seed) {
    Snapshot seen = random(seed);
    Map<String, Integer> free = new HashMap<>();
    seen.rooms().forEach(r -> free.put(r.node(), r.freeSlots()));
    List<Assigned> left = new ArrayList<>(decide(seen));

    for (WaitingTask task : seen.waiting()) {
      if (!left.isEmpty() && left.getFirst().task().equals(task.name())) {
        free.merge(left.removeFirst().node(), -task.slots(), Integer::sum);
      } else {
        assertThat(free.values())
            .as("%s was passed over", task)
            .allSatisfy(f -> assertThat(f).isLessThan(task.slots()));
      }
    }
    assertThat(left).as("assigned out of turn").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void spreadTakesTheEmptiestAndPackTheFullestThatHasRoom(long seed) {
    Snapshot seen = random(seed);
    Map<String, Integer> free = new HashMap<>();
    Map<String, Integer> used = new HashMap<>();
    seen.rooms()
        .forEach(r -> {
          free.put(r.node(), r.freeSlots());
          used.put(r.node(), r.usedSlots());
        });
    Map<String, Integer> slots = new HashMap<>();
    seen.waiting().forEach(t -> slots.put(t.name(), t.slots()));

    for (Assigned one : decide(seen)) {
      int needs = slots.get(one.task());
      List<Integer> fitting =
          free.entrySet().stream()
              .filter(e -> e.getValue() >= needs)
              .map(e -> used.get(e.getKey()))
              .toList();
      assertThat(used.get(one.node()))
          .isEqualTo(seen.packs() ? Collections.max(fitting) : Collections.min(fitting));
      free.merge(one.node(), -needs, Integer::sum);
      used.merge(one.node(), needs, Integer::sum);
    }
  }

  @Test
  void orderIsPriorityThenJobThenTask() {
    WaitingTask later = new WaitingTask("b", 1, 0, T0, "j", T0.plusSeconds(1), 0);
    WaitingTask second = new WaitingTask("c", 1, 0, T0, "j", T0, 1);
    WaitingTask first = new WaitingTask("d", 1, 0, T0, "j", T0, 0);
    WaitingTask youngerJob = new WaitingTask("e", 1, 0, T0.plusSeconds(1), "a", T0, 0);
    WaitingTask urgent = new WaitingTask("f", 1, 5, T0.plusSeconds(9), "z", T0.plusSeconds(9), 9);
    WaitingTask unimportant = new WaitingTask("a", 1, -1, T0, "j", T0, 0);

    assertThat(new TreeSet<>(List.of(unimportant, later, second, first, youngerJob, urgent)))
        .containsExactly(urgent, first, second, later, youngerJob, unimportant);
  }

  private static WaitingTask manager(int slots, boolean dedicated) {
    return new WaitingTask("m", slots, 0, T0, "j", T0, -1, true, dedicated, null, null, 1, false);
  }

  @Test
  void aManagerThatFitsNowhereYetIsLeftTheNodeWithMostRoom() {
    List<Room> rooms = List.of(new Room("a", 2, 2, false), new Room("b", 3, 1, false));
    WaitingTask later = new WaitingTask("t", 1, 0, T0, "j", T0, 1);
    WaitingTask sooner = new WaitingTask("u", 1, 9, T0, "k", T0, 1);

    assertThat(Assignment.decide(rooms, List.of(manager(4, false), later), false))
        .containsExactly(new Assigned(later, "a"));
    assertThat(Assignment.decide(rooms, List.of(sooner, manager(4, false)), false))
        .as("what comes before it does not wait for it")
        .containsExactly(new Assigned(sooner, "b"));
  }

  @Test
  void aManagerThatIsNotToRunOnSpotWaitsForAnotherNode() {
    List<Room> rooms = List.of(new Room("a", 4, 0, true), new Room("b", 2, 2, false));
    WaitingTask later = new WaitingTask("t", 1, 0, T0, "j", T0, 1);

    assertThat(Assignment.decide(rooms, List.of(manager(4, true), later), false))
        .as("the Spot node is not kept for it")
        .containsExactly(new Assigned(later, "a"));
    assertThat(Assignment.decide(rooms, List.of(manager(2, true)), false))
        .containsExactly(new Assigned(manager(2, true), "b"));
    assertThat(Assignment.decide(rooms, List.of(manager(4, false)), false))
        .containsExactly(new Assigned(manager(4, false), "a"));
  }

  @Test
  void aTaskGetsTheNodeThatItWouldRatherHaveIfThatHasRoom() {
    List<Room> rooms = List.of(new Room("a", 2, 0, false), new Room("b", 1, 1, false));
    WaitingTask near = new WaitingTask("t", 1, 0, T0, "j", T0, 1).near("b");
    WaitingTask late = new WaitingTask("u", 1, 0, T0, "j", T0, 2).near("b");
    WaitingTask gone = new WaitingTask("v", 1, 0, T0, "j", T0, 3).near("c");

    assertThat(Assignment.decide(rooms, List.of(near, late, gone), false))
        .as("the second does not wait for it")
        .containsExactly(new Assigned(near, "b"), new Assigned(late, "a"), new Assigned(gone, "a"));
  }

  @Test
  void aNodeThatIsPreparedGoesBeforeOneThatIsBeing() {
    List<Room> rooms = List.of(new Room("ready", 1, 3, false), new Room("soon", 4, 0, false));
    WaitingTask task = new WaitingTask("t", 1, 0, T0, "j", T0, 0);

    List<Assigned> assigned =
        Assignment.decide(
            rooms,
            List.of(task),
            false,
            Map.of(),
            Map.of("j", Map.of("ready", NodeStanding.READY, "soon", NodeStanding.PREPARING)));

    assertThat(assigned).extracting(Assigned::node).containsExactly("ready");
  }

  private static WaitingTask gang(String name, int nodes, int order) {
    return new WaitingTask(name, 1, 0, T0, "j", T0, order, false, false, null, null, nodes, false);
  }

  private static List<Room> free(String... nodes) {
    return Stream.of(nodes).map(n -> new Room(n, 1, 0, false)).toList();
  }

  private static List<Assigned> decide(List<Room> rooms, List<WaitingTask> waiting, int takers) {
    List<Room> all = new ArrayList<>(rooms);
    for (int i = rooms.size(); i < takers; i++) {
      all.add(new Room("busy" + i, 0, 1, false));
    }
    return decide(rooms, waiting, Map.of(), all);
  }

  private static List<Assigned> decide(
      List<Room> rooms,
      List<WaitingTask> waiting,
      Map<String, Map<String, NodeStanding>> standings,
      List<Room> takers) {
    Preemption none = new Preemption(PreemptibleSeen.NONE, List.of());
    return Assignment.decide(rooms, waiting, false, Map.of(), standings, none, takers);
  }

  @Test
  void aTaskThatNeedsSeveralNodesGetsAllOfThemOrNone() {
    WaitingTask three = gang("g", 3, 0);

    assertThat(Assignment.decide(free("a", "b", "c", "d"), List.of(three), false))
        .containsExactly(
            new Assigned(three, "a"), new Assigned(three, "b"), new Assigned(three, "c"));
    assertThat(Assignment.decide(free("a", "b"), List.of(three), false)).isEmpty();
  }

  @Test
  void whileItWaitsWhatComesAfterItLeavesItTheNodesThatAreFree() {
    WaitingTask before = new WaitingTask("before", 1, 0, T0, "j", T0, 0);
    WaitingTask three = gang("g", 3, 1);
    WaitingTask two = gang("h", 2, 2);
    WaitingTask after = new WaitingTask("after", 1, 0, T0, "j", T0, 3);
    List<WaitingTask> waiting = List.of(before, three, two, after);

    assertThat(decide(free("a", "b", "c"), waiting, 4))
        .as("the pool has a fourth, which is busy")
        .containsExactly(new Assigned(before, "a"));
    assertThat(decide(free("a", "b", "c", "d", "e"), waiting, 5))
        .extracting(Assigned::task)
        .as("one is kept for the second of them")
        .containsExactly("before", "g", "g", "g");
    assertThat(decide(free("a", "b", "c", "d", "e", "f", "g"), waiting, 7))
        .extracting(Assigned::task)
        .containsExactly("before", "g", "g", "g", "h", "h", "after");
  }

  @Test
  void aPoolThatHasTooFewNodesForItKeepsNoneForIt() {
    WaitingTask three = gang("g", 3, 0);
    WaitingTask after = new WaitingTask("after", 1, 0, T0, "j", T0, 1);

    assertThat(decide(free("a"), List.of(three, after), 2))
        .containsExactly(new Assigned(after, "a"));
  }

  @Test
  void aNodeThatIsClosedToItsJobIsNoneForIt() {
    WaitingTask two = gang("g", 2, 0);
    WaitingTask after = new WaitingTask("after", 1, 0, T0, "other", T0, 1);

    assertThat(
            decide(
                free("a", "b"),
                List.of(two, after),
                Map.of("j", Map.of("a", NodeStanding.READY, "b", NodeStanding.CLOSED)),
                free("a", "b")))
        .containsExactly(new Assigned(after, "a"));
  }

  /** One that takes no tasks now is not among those that the pool has for it, closed or not. */
  @Test
  void aClosedNodeThatTakesNoTasksIsNotTakenFromThoseThatDo() {
    WaitingTask two = gang("g", 2, 0);
    WaitingTask after = new WaitingTask("after", 1, 0, T0, "other", T0, 1);
    Map<String, NodeStanding> nodes =
        Map.of("a", NodeStanding.READY, "busy", NodeStanding.READY, "off", NodeStanding.CLOSED);

    List<Room> takers = List.of(new Room("a", 1, 0, false), new Room("busy", 0, 1, false));

    assertThat(decide(free("a"), List.of(two, after), Map.of("j", nodes), takers))
        .as("the first is kept for it")
        .isEmpty();
  }
}
