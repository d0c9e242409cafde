package io.poolwright.board;

import static io.poolwright.testing.JobBuilder.aJob;
import static io.poolwright.testing.TaskBuilder.aTask;
import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.task.DependsOn;
import io.poolwright.api.task.DependsOn.TaskIdRange;
import io.poolwright.api.task.ExitConditions;
import io.poolwright.api.task.ExitConditions.DependencyAction;
import io.poolwright.api.task.ExitConditions.ExitOptions;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.snapshot.ParentsSeen;
import io.poolwright.testing.FakeClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How tasks stand towards each other, as the board keeps it one change at a time, beside a slow
 * reading of all tasks.
 */
class DependenciesTest {
  private enum End {
    NONE,
    SUCCEEDED,
    FAILED,
    FAILED_AND_SATISFIES,
    FAILED_AND_FAILS
  }

  private record Seen(DependsOn on, End end) {}

  private final Board board = new Board(new FakeClock());
  private final Map<String, Seen> all = new HashMap<>();
  private int version;

  @BeforeEach
  void allIsKnown() {
    board.open();
  }

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  private static DependsOn on(String... ids) {
    return new DependsOn(List.of(ids), List.of());
  }

  private static DependsOn range(int start, int end) {
    return new DependsOn(List.of(), List.of(new TaskIdRange(start, end)));
  }

  private Task task(String id, Seen seen) {
    ExitConditions exits =
        switch (seen.end()) {
          case FAILED_AND_SATISFIES -> byDefault(DependencyAction.SATISFY);
          case FAILED_AND_FAILS -> byDefault(DependencyAction.FAIL);
          default -> ExitConditions.NONE;
        };
    Task task = aTask("j-" + id).id(id).of("j").dependsOn(seen.on()).exits(exits).build();
    task.getMetadata().setResourceVersion(Integer.toString(++version));
    task.setStatus(status(seen.end()));
    return task;
  }

  private static ExitConditions byDefault(DependencyAction action) {
    return new ExitConditions(List.of(), List.of(), null, null, new ExitOptions(null, action));
  }

  private static TaskStatus status(End end) {
    boolean over = end != End.NONE;
    boolean well = end == End.SUCCEEDED;
    ExecutionInfo info =
        new ExecutionInfo(
            null,
            null,
            over ? well ? 0 : 1 : null,
            over ? well ? TaskResult.SUCCESS : TaskResult.FAILURE : null,
            over && !well ? new FailureInfo("UserError", "FailureExitCode", "x", List.of()) : null,
            null,
            null);
    return new TaskStatus(
        1L, over ? TaskState.COMPLETED : TaskState.ACTIVE, info, null, null, null, List.of());
  }

  private List<String> put(String id, DependsOn on, End end) {
    Seen seen = new Seen(on, end);
    all.put(id, seen);
    return board.put(task(id, seen), aJob("j").build(), false).tasks();
  }

  private @Nullable List<String> remove(String id) {
    Seen gone = all.remove(id);
    if (gone == null) {
      return null;
    }
    Board.Change change = board.remove(task(id, gone));
    assertThat(change).isNotNull();
    return change == null ? null : change.tasks();
  }

  private ParentsSeen parents(String id) {
    Seen seen = all.get(id);
    assertThat(seen).isNotNull();
    return seen == null ? ParentsSeen.NONE : board.parents(task(id, seen));
  }

  @Test
  void aTaskWaitsUntilTheLastOfItsParentsIsOver() {
    put("c", on("a", "b"), End.NONE);
    assertThat(parents("c").first()).containsExactly("a (does not exist)", "b (does not exist)");
    put("a", on(), End.NONE);
    assertThat(put("a", on(), End.SUCCEEDED)).as("b is still missing").isEmpty();
    put("b", on(), End.NONE);
    assertThat(parents("c").first()).containsExactly("b");
    assertThat(put("b", on(), End.SUCCEEDED)).containsExactly("j-c");
    assertThat(parents("c")).isEqualTo(ParentsSeen.NONE);
  }

  @Test
  void aRangeNeedsEveryNumberInItAndLeadingZerosDoNotCount() {
    put("last", range(4, 6), End.NONE);
    put("4", on(), End.SUCCEEDED);
    put("005", on(), End.SUCCEEDED);
    assertThat(parents("last").first()).containsExactly("6 (does not exist)");
    put("06", on(), End.NONE);
    assertThat(parents("last").first()).containsExactly("6");
    assertThat(put("06", on(), End.SUCCEEDED)).containsExactly("j-last");
    assertThat(put("6", on(), End.NONE))
        .as("another of the same number, which is not over")
        .containsExactly("j-last");
    assertThat(parents("last").open()).isEqualTo(1);
  }

  @Test
  void whatTheFailureOfAParentDoesIsItsOwnToSay() {
    put("blocked", on("a"), End.NONE);
    put("runs", on("b"), End.NONE);
    put("fails", on("c"), End.NONE);
    assertThat(put("a", on(), End.FAILED)).containsExactly("j-blocked");
    assertThat(put("b", on(), End.FAILED_AND_SATISFIES)).containsExactly("j-runs");
    assertThat(put("c", on(), End.FAILED_AND_FAILS)).containsExactly("j-fails");
    assertThat(parents("blocked").blocker()).isEqualTo("a");
    assertThat(parents("blocked").fails()).isFalse();
    assertThat(parents("runs")).isEqualTo(ParentsSeen.NONE);
    assertThat(parents("fails").fails()).isTrue();
    assertThat(put("a", on(), End.NONE)).as("reactivated").containsExactly("j-blocked");
    assertThat(parents("blocked").blocker()).isNull();
  }

  @Test
  void theParentThatFailsItsDependentsIsTheOneThatIsNamed() {
    put("c", on("a", "b"), End.NONE);
    put("a", on(), End.FAILED);
    assertThat(parents("c").blocker()).isEqualTo("a");
    put("b", on(), End.FAILED_AND_FAILS);
    assertThat(parents("c").fails()).isTrue();
    assertThat(parents("c").blocker()).as("not a, whose action is Block").isEqualTo("b");
  }

  @Test
  void whoWaitedForAnIdThatATaskHasNoMoreLooksAgain() {
    put("c", on("a"), End.NONE);
    put("d", on("b"), End.NONE);
    put("a", on(), End.SUCCEEDED);
    assertThat(parents("c").open()).isZero();
    assertThat(putAs("j-a", "b", "j", End.SUCCEEDED)).containsExactlyInAnyOrder("j-c", "j-d");
    assertThat(parents("c").first()).containsExactly("a (does not exist)");
    assertThat(parents("d").open()).isZero();
  }

  @Test
  void whoWaitedForATaskThatIsOfAnotherJobNowLooksAgain() {
    put("c", on("a"), End.NONE);
    put("a", on(), End.SUCCEEDED);
    assertThat(putAs("j-a", "a", "k", End.SUCCEEDED)).containsExactly("j-c");
    assertThat(parents("c").first()).containsExactly("a (does not exist)");
  }

  private List<String> putAs(String name, String id, String job, End end) {
    Task task = aTask(name).id(id).of(job).build();
    task.getMetadata().setResourceVersion(Integer.toString(++version));
    task.setStatus(status(end));
    return board.put(task, aJob(job).build(), false).tasks();
  }

  @Test
  void ofTwoTasksWithOneIdTheFirstCountsAndTheOtherIsTold() {
    put("c", on("a"), End.NONE);
    put("a", on("p"), End.NONE);
    Task twin = aTask("twin").id("a").of("j").build();
    twin.getMetadata().setResourceVersion(Integer.toString(++version));
    twin.setStatus(status(End.SUCCEEDED));
    board.put(twin, aJob("j").build(), false);

    assertThat(board.parents(twin).twin()).isEqualTo("j-a");
    assertThat(parents("a").first()).containsExactly("p (does not exist)");
    assertThat(parents("c").open()).as("the twin's end is not that of a").isEqualTo(1);
    assertThat(remove("a")).containsExactlyInAnyOrder("twin", "j-c");
    assertThat(board.parents(twin).twin()).isNull();
    assertThat(parents("c").open()).isZero();
  }

  @Test
  void aCircleIsSeenByAllThatAreInItAndByNobodyElse() {
    put("a", on("c"), End.NONE);
    put("b", on("a"), End.NONE);
    put("d", on("a"), End.NONE);
    assertThat(put("c", on("b"), End.NONE)).containsExactlyInAnyOrder("j-a", "j-b");
    assertThat(parents("a").cycle()).isEqualTo("a → c → b → a");
    assertThat(parents("b").cycle()).isEqualTo("b → a → c → b");
    assertThat(parents("c").cycle()).isEqualTo("c → b → a → c");
    assertThat(parents("d").cycle()).isNull();
    assertThat(put("e", on("e"), End.NONE)).isEmpty();
    assertThat(parents("e").cycle()).isEqualTo("e → e");
    assertThat(remove("b")).containsExactlyInAnyOrder("j-a", "j-c");
    assertThat(parents("a").cycle()).isNull();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void oneChangeAtATimeIsWhatAllTogetherSay(long seed) {
    Random random = new Random(seed);
    Map<String, ParentsSeen> known = new HashMap<>();
    for (int i = 0; i < 120; i++) {
      String id = id(random);
      List<String> look =
          random.nextInt(8) == 0
              ? remove(id)
              : put(id, dependencies(random), End.values()[random.nextInt(End.values().length)]);
      for (String other : all.keySet()) {
        ParentsSeen now = parents(other);
        assertThat(now.open()).as("%s of %s", other, all).isEqualTo(open(other));
        assertThat(now.blocker() != null).isEqualTo(blocked(other));
        assertThat(now.cycle() != null).as("%s of %s", other, all).isEqualTo(inACircle(other));
        ParentsSeen before = known.get(other);
        if (look != null && before != null && !other.equals(id) && differs(before, now)) {
          assertThat(look).as("%s has to look again", other).contains("j-" + other);
        }
      }
      known.clear();
      all.keySet().forEach(o -> known.put(o, parents(o)));
    }
  }

  /** While an operator starts no circle is looked for, and all are found at its end. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatWasLearntBeforeAllWasKnownIsTheSame(long seed) {
    Random random = new Random(seed);
    Board filled = new Board(new FakeClock());
    for (int i = 0; i < 30; i++) {
      String id = id(random);
      put(id, dependencies(random), End.values()[random.nextInt(End.values().length)]);
      filled.put(task(id, seen(id)), aJob("j").build(), false);
    }
    assertThat(all.keySet()).noneMatch(i -> seenBy(filled, i).cycle() != null);

    filled.open();

    for (String id : all.keySet()) {
      assertThat(seenBy(filled, id).cycle() != null).isEqualTo(inACircle(id));
      assertThat(seenBy(filled, id).open()).isEqualTo(parents(id).open());
    }
  }

  private ParentsSeen seenBy(Board filled, String id) {
    return filled.parents(task(id, seen(id)));
  }

  private static boolean differs(ParentsSeen before, ParentsSeen now) {
    return (before.open() == 0) != (now.open() == 0)
        || (before.blocker() == null) != (now.blocker() == null)
        || before.fails() != now.fails()
        || (before.cycle() == null) != (now.cycle() == null);
  }

  private static String id(Random random) {
    int n = random.nextInt(7);
    return switch (random.nextInt(3)) {
      case 0 -> "" + n;
      case 1 -> "0" + n;
      default -> "t" + n;
    };
  }

  private static DependsOn dependencies(Random random) {
    List<String> ids = new ArrayList<>();
    List<TaskIdRange> ranges = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      ids.add(id(random));
    }
    for (int i = random.nextInt(4); i > 2; i--) {
      int start = random.nextInt(7);
      ranges.add(new TaskIdRange(start, start + random.nextInt(3)));
    }
    return new DependsOn(ids, ranges);
  }

  private static boolean satisfies(End end) {
    return end == End.SUCCEEDED || end == End.FAILED_AND_SATISFIES;
  }

  private List<String> withNumber(long number) {
    return all.keySet().stream()
        .filter(i -> i.matches("[0-9]+") && Long.parseLong(i) == number)
        .toList();
  }

  private Set<String> parentsOf(String id) {
    Set<String> parents = new HashSet<>();
    DependsOn on = seen(id).on();
    on.taskIds().stream().filter(all::containsKey).forEach(parents::add);
    for (TaskIdRange range : on.taskIdRanges()) {
      for (long n = range.start(); n <= range.end(); n++) {
        parents.addAll(withNumber(n));
      }
    }
    return parents;
  }

  private Seen seen(String id) {
    return all.getOrDefault(id, new Seen(on(), End.NONE));
  }

  private long open(String id) {
    DependsOn on = seen(id).on();
    long open = on.taskIds().stream().distinct().filter(p -> !satisfies(seen(p).end())).count();
    for (TaskIdRange range : on.taskIdRanges()) {
      for (long n = range.start(); n <= range.end(); n++) {
        List<String> ids = withNumber(n);
        open += ids.isEmpty() || !ids.stream().allMatch(i -> satisfies(seen(i).end())) ? 1 : 0;
      }
    }
    return open;
  }

  private boolean blocked(String id) {
    return parentsOf(id).stream()
        .map(p -> seen(p).end())
        .anyMatch(e -> e == End.FAILED || e == End.FAILED_AND_FAILS);
  }

  private boolean inACircle(String id) {
    Set<String> reached = new HashSet<>();
    List<String> next = new ArrayList<>(parentsOf(id));
    while (!next.isEmpty()) {
      String at = next.removeLast();
      if (at.equals(id)) {
        return true;
      }
      if (reached.add(at)) {
        next.addAll(parentsOf(at));
      }
    }
    return false;
  }
}
