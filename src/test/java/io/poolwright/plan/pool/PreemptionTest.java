package io.poolwright.plan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.pool.Assignment.Room;
import io.poolwright.plan.pool.PoolPlan.Preempt;
import io.poolwright.snapshot.AttemptSeen;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is stopped for whom, and who is not. */
class PreemptionTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

  private final List<Room> rooms = new ArrayList<>();
  private final List<AttemptSeen> attempts = new ArrayList<>();
  private final List<WaitingTask> waiting = new ArrayList<>();
  private Map<String, Map<String, NodeStanding>> standings = Map.of();
  private Map<String, String> kept = Map.of();
  private List<Assigned> assigned = List.of();

  private void node(String name, int slots, int used) {
    rooms.add(new Room(name, slots - used, used, false));
  }

  private void runs(String name, String node, int slots, int priority, int age) {
    attempts.add(attempt(name, node, slots, priority, age, true, null));
  }

  private static AttemptSeen attempt(
      String name,
      String node,
      int slots,
      int priority,
      int age,
      boolean yields,
      @Nullable String endsFor) {
    return new AttemptSeen(
        name,
        "uid-" + name,
        node,
        slots,
        priority,
        T0.minusSeconds(age),
        yields,
        endsFor != null,
        endsFor);
  }

  private void waits(String name, int slots, int priority) {
    waiting.add(new WaitingTask(name, slots, priority, T0, "j" + priority, T0, waiting.size()));
  }

  private Preemption decide() {
    Integer lowest =
        attempts.stream().map(AttemptSeen::priority).min(Integer::compare).orElse(null);
    return decide(new PreemptibleSeen(lowest, attempts, kept));
  }

  private Preemption decide(PreemptibleSeen seen) {
    Preemption preemption = new Preemption(seen, rooms);
    assigned =
        Assignment.decide(
            rooms.stream().filter(r -> r.freeSlots() > 0).toList(),
            waiting.stream().sorted().toList(),
            false,
            Map.of(),
            standings,
            preemption,
            rooms);
    return preemption;
  }

  private static List<String> told(Preemption decided) {
    return decided.victims().stream().map(PreemptionTest::told).toList();
  }

  private static String told(Preempt one) {
    return one.attempt().pod() + " for " + one.task();
  }

  @Test
  void nobodyIsStoppedWhereThereIsRoom() {
    node("n1", 2, 1);
    runs("a", "n1", 1, 0, 10);
    waits("t", 1, 5);
    assertThat(told(decide())).isEmpty();
    assertThat(assigned).extracting(Assigned::task).containsExactly("t");
  }

  @Test
  void theLowestPriorityGoesFirstAndThenTheYoungest() {
    node("n1", 2, 2);
    node("n2", 2, 2);
    runs("a", "n1", 1, 3, 1);
    runs("b", "n1", 1, 2, 90);
    runs("c", "n2", 1, 2, 30);
    runs("d", "n2", 1, 2, 60);
    waits("t", 1, 5);
    waits("u", 1, 5);
    waits("v", 1, 5);
    assertThat(told(decide())).containsExactly("c for j5/t", "d for j5/u", "b for j5/v");
  }

  @Test
  void nobodyIsStoppedForATaskOfEqualOrLowerPriority() {
    node("n1", 1, 1);
    runs("a", "n1", 1, 5, 10);
    waits("t", 1, 5);
    waits("u", 1, 4);
    assertThat(told(decide())).isEmpty();
  }

  @Test
  void oneThatIsLargeEnoughRatherThanTwoAndTheOneThatLeavesLeastOver() {
    node("n1", 8, 8);
    node("n2", 8, 8);
    runs("one", "n1", 1, 0, 10);
    runs("two", "n1", 1, 0, 10);
    runs("six", "n1", 6, 0, 10);
    runs("three", "n2", 3, 0, 10);
    runs("five", "n2", 5, 0, 10);
    waits("t", 2, 5);
    assertThat(told(decide())).containsExactly("three for j5/t");
  }

  @Test
  void theRoomIsOnOneNode() {
    node("n1", 2, 2);
    node("n2", 2, 2);
    runs("a", "n1", 1, 0, 10);
    attempts.add(attempt("x", "n1", 1, 0, 10, false, null));
    runs("b", "n2", 1, 0, 10);
    runs("c", "n2", 1, 0, 10);
    waits("t", 2, 5);
    assertThat(told(decide())).containsExactlyInAnyOrder("b for j5/t", "c for j5/t");
  }

  @Test
  void whatNeverFitsStopsNobodyAndLosesNobodyItsRoom() {
    node("n1", 4, 3);
    runs("a", "n1", 3, 0, 10);
    waits("wide", 8, 5);
    waits("low", 1, -1);
    assertThat(told(decide())).isEmpty();
    assertThat(assigned).extracting(Assigned::task).containsExactly("low");
  }

  @Test
  void whatDoesNotYieldIsNotStopped() {
    node("n1", 1, 1);
    attempts.add(attempt("manager", "n1", 1, 0, 10, false, null));
    waits("t", 1, 5);
    assertThat(told(decide())).isEmpty();
  }

  @Test
  void roomThatIsComingCountsAndNobodyElseIsStoppedForIt() {
    node("n1", 2, 2);
    node("n2", 1, 1);
    attempts.add(attempt("a", "n1", 2, 0, 10, false, "j5/t"));
    runs("b", "n2", 1, 0, 1);
    waits("t", 2, 5);
    assertThat(told(decide())).isEmpty();
    assertThat(assigned).isEmpty();
  }

  @Test
  void whatIsStoppedForNobodyIsRoomThatIsComingAsWell() {
    node("n1", 1, 1);
    node("n2", 1, 1);
    attempts.add(new AttemptSeen("a", "uid-a", "n1", 1, 9, T0.minusSeconds(9), false, true, null));
    runs("b", "n2", 1, 0, 1);
    waits("t", 1, 5);
    assertThat(told(decide())).isEmpty();
  }

  /** Its end is in the ledger, and the books of the node do not know it yet. */
  @Test
  void slotsThatNoAttemptHoldsAreAboutToBeFree() {
    node("n1", 2, 2);
    runs("a", "n1", 1, 0, 1);
    waits("t", 1, 5);
    assertThat(told(decide())).isEmpty();
  }

  @Test
  void theFirstRoomThatIsFreedIsNotForThoseOfLowerPriority() {
    node("n1", 2, 1);
    attempts.add(attempt("b", "n1", 1, 0, 10, false, "j5/t"));
    waits("t", 2, 5);
    waits("low", 1, 4);
    assertThat(told(decide())).isEmpty();
    assertThat(assigned).isEmpty();
  }

  @Test
  void whatIsLeftOverIsForThoseOfLowerPriority() {
    node("n1", 4, 3);
    runs("a", "n1", 3, 0, 10);
    waits("t", 2, 5);
    waits("low", 1, -1);
    assertThat(told(decide())).containsExactly("a for j5/t");
    assertThat(assigned).extracting(Assigned::task).containsExactly("low");
  }

  /** Room for one comes at n1, for two at n2; the first to be free is not for the smaller task. */
  @Test
  void whatIsStoppedForOneIsNotTakenByAnotherOfItsPriority() {
    node("n1", 1, 1);
    node("n2", 2, 1);
    attempts.add(attempt("a", "n1", 1, 0, 10, false, "j5/t"));
    attempts.add(attempt("c", "n2", 1, 0, 10, false, "j5/u"));
    node("n3", 1, 1);
    runs("d", "n3", 1, 0, 10);
    waits("t", 1, 5);
    waits("u", 2, 5);
    assertThat(told(decide())).isEmpty();
    assertThat(assigned).isEmpty();
  }

  /** All that was stopped has ended: the larger task would find no room if the smaller had it. */
  @Test
  void roomThatWasKeptIsForTheOneThatItWasKeptFor() {
    node("n1", 2, 0);
    node("n2", 2, 1);
    waits("small", 1, 5);
    waits("large", 2, 5);
    kept = Map.of("j5/small", "n2", "j5/large", "n1");
    assertThat(told(decide())).isEmpty();
    assertThat(assigned).extracting(Assigned::node).containsExactlyInAnyOrder("n2", "n1");
  }

  @Test
  void aHigherPriorityThatComesLaterMayHaveTheRoomThatIsFree() {
    node("n1", 2, 1);
    attempts.add(attempt("b", "n1", 1, 0, 10, false, "j5/t"));
    waits("t", 2, 5);
    waits("higher", 1, 9);
    assertThat(told(decide())).isEmpty();
    assertThat(assigned).extracting(Assigned::task).containsExactly("higher");
  }

  @Test
  void aNodeIsPreparedBeforeAnythingIsStoppedForItsJob() {
    node("n1", 1, 1);
    runs("a", "n1", 1, 0, 10);
    waits("t", 1, 5);
    standings = Map.of("j5", Map.of("n1", NodeStanding.PREPARING));
    Preemption decided = decide();
    assertThat(told(decided)).isEmpty();
    assertThat(decided.hold()).extracting(Assigned::node).containsExactly("n1");

    standings = Map.of("j5", Map.of("n1", NodeStanding.READY));
    assertThat(told(decide())).containsExactly("a for j5/t");

    standings = Map.of("j5", Map.of("n1", NodeStanding.CLOSED));
    decided = decide();
    assertThat(told(decided)).isEmpty();
    assertThat(decided.hold()).isEmpty();
  }

  @Test
  void whatMayNotRunOnASpotNodeStopsNobodyThere() {
    rooms.add(new Room("n1", 0, 1, true));
    runs("a", "n1", 1, 0, 10);
    waiting.add(new WaitingTask("t", 1, 5, T0, "j5", T0, 0, false, true, null, null, 1, false));
    assertThat(told(decide())).isEmpty();
  }

  @Test
  void whatRunsIsAskedForOnlyWhereSomebodyIsInNeed() {
    node("n1", 2, 1);
    waits("t", 1, 5);
    assertThat(decide(new PreemptibleSeen(0, null, Map.of())).wantsAttempts()).isFalse();
    waits("u", 1, 0);
    assertThat(decide(new PreemptibleSeen(0, null, Map.of())).wantsAttempts()).isFalse();
    waits("v", 1, 1);
    assertThat(decide(new PreemptibleSeen(0, null, Map.of())).wantsAttempts()).isTrue();
    assertThat(decide(PreemptibleSeen.NONE).wantsAttempts()).isFalse();
  }

  /** What else is stopped there may be of a job whose tasks never yield. */
  @Test
  void roomThatIsKeptStaysKeptWhereNothingMoreMayBeStopped() {
    node("n1", 2, 1);
    attempts.add(attempt("a", "n1", 1, 9, 10, false, "j9/gone"));
    waits("before", 8, 9);
    waits("t", 2, 5);
    waits("low", 1, 0);
    kept = Map.of("j5/t", "n1");
    assertThat(decide(new PreemptibleSeen(null, attempts, kept)).kept()).isEqualTo(kept);
    assertThat(assigned).isEmpty();
    assertThat(decide(new PreemptibleSeen(null, attempts, Map.of())).kept()).isEmpty();
    assertThat(assigned).extracting(Assigned::task).containsExactly("low");
  }

  @Test
  void whereNothingIsFreeTheRoomIsKeptForOneBehindAnother() {
    node("n1", 1, 1);
    attempts.add(new AttemptSeen("a", "uid-a", "n1", 1, 9, T0, false, true, null));
    waits("before", 8, 9);
    waits("t", 1, 5);
    kept = Map.of("j5/t", "n1");
    assertThat(decide(new PreemptibleSeen(null, attempts, kept)).kept()).isEqualTo(kept);
  }

  @Test
  void whatRunsIsAskedForWhereRoomIsKept() {
    node("n1", 2, 1);
    waits("t", 2, 5);
    waits("low", 1, 0);
    Map<String, String> room = Map.of("j5/t", "n1");
    assertThat(decide(new PreemptibleSeen(null, null, room)).wantsAttempts()).isTrue();
  }

  @Test
  void nobodyIsStoppedForOneWhosePodIsRefusedAndItKeepsNoRoom() {
    node("n1", 1, 1);
    runs("a", "n1", 1, 0, 10);
    waiting.add(new WaitingTask("t", 1, 5, T0, "j5", T0, 0, false, false, null, null, 1, true));
    assertThat(decide(new PreemptibleSeen(0, null, Map.of())).wantsAttempts()).isFalse();
    assertThat(told(decide())).isEmpty();
    waits("u", 1, 4);
    assertThat(told(decide())).containsExactly("a for j4/u");

    node("n2", 1, 0);
    assertThat(told(decide())).containsExactly("a for j4/u");
    assertThat(assigned).extracting(Assigned::task).containsExactly("t");
  }

  @Test
  void ofThoseOfANodeNoneCanBeExchangedForABetterOne() {
    List<AttemptSeen> all =
        Arrays.asList(
            attempt("four", "n", 4, 0, 1, true, null),
            attempt("three", "n", 3, 0, 1, true, null),
            attempt("two", "n", 2, 0, 1, true, null),
            attempt("dear", "n", 4, 1, 1, true, null));
    assertThat(Preemption.fewest(5, all))
        .extracting(AttemptSeen::pod)
        .containsExactly("two", "three");
    assertThat(Preemption.fewest(8, all))
        .extracting(AttemptSeen::pod)
        .containsExactly("four", "dear");
    assertThat(Preemption.fewest(14, all)).isEmpty();
  }
}
