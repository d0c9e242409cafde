package io.poolwright.plan.task;

import static io.poolwright.testing.JobBuilder.aJob;
import static io.poolwright.testing.PoolBuilder.aPool;
import static io.poolwright.testing.TaskBuilder.aTask;
import static io.poolwright.testing.TaskPodBuilder.aTaskPod;
import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobSpec.DisableTasks;
import io.poolwright.api.job.JobState;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import io.poolwright.snapshot.ParentsSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.Running;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.testing.FakeClock;
import io.poolwright.testing.TaskPodBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every plan, whatever is seen: the promises that the attempt protocol rests on. */
class TaskLifePropertiesTest {
  private static final List<TaskState> STATES = List.of(TaskState.values());

  private static final List<DisableTasks> DISABLES = List.of(DisableTasks.values());

  static LongStream seeds() {
    return LongStream.range(0, 20);
  }

  private static final List<Optional<NodeDeallocationOption>> EVICTING =
      List.of(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(NodeDeallocationOption.REQUEUE),
          Optional.of(NodeDeallocationOption.TERMINATE));

  private static TaskSeen random(Random random) {
    TaskState state = STATES.get(random.nextInt(STATES.size()));
    int attempt = random.nextInt(3);
    List<PodSeen> pods = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      pods.add(pod(random, random.nextInt(2) * 2 + i));
    }
    return new TaskSeen(
        task(random, state, attempt),
        job(random),
        random.nextInt(5) == 0 ? null : aPool("p").slots(2).build(),
        pods,
        Map.of(),
        parents(random),
        EVICTING.get(random.nextInt(EVICTING.size())).orElse(null),
        random.nextInt(4) == 0,
        random.nextInt(4) == 0,
        random.nextInt(4) == 0 ? Set.of(TaskPodBuilder.uid("t", attempt)) : Set.of(),
        false,
        random.nextInt(4) == 0 ? FakeClock.START.plusSeconds(7) : null,
        Duration.ofMinutes(2),
        FakeClock.START.plusSeconds(random.nextInt(600)));
  }

  private static ParentsSeen parents(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> new ParentsSeen(2, List.of("a", "b"), null, false, false, null, null);
      case 1 ->
          new ParentsSeen(
              1, List.of("a"), "a", random.nextBoolean(), random.nextBoolean(), null, null);
      case 2 -> new ParentsSeen(1, List.of("a"), null, false, false, "t → a → t", null);
      default -> ParentsSeen.NONE;
    };
  }

  private static @Nullable Job job(Random random) {
    return switch (random.nextInt(8)) {
      case 3 -> aJob("j").toBeDisabled(DISABLES.get(random.nextInt(3))).build();
      case 4 -> aJob("j").in(JobState.DISABLING).build();
      case 0 -> null;
      case 1 -> aJob("j").in(JobState.TERMINATING).build();
      case 2 -> aJob("j").toBeTerminated().build();
      default -> aJob("j").retries(random.nextInt(3) - 1).build();
    };
  }

  private static Task task(Random random, TaskState state, int attempt) {
    boolean failed = random.nextBoolean();
    ExecutionInfo info =
        new ExecutionInfo(
            null,
            state == TaskState.COMPLETED ? FakeClock.START.toString() : null,
            null,
            state != TaskState.COMPLETED ? null : failed ? TaskResult.FAILURE : TaskResult.SUCCESS,
            failed ? new FailureInfo("UserError", "FailureExitCode", "x", List.of()) : null,
            random.nextInt(3),
            null);
    Attempt latest =
        attempt == 0
            ? null
            : new Attempt(attempt, "t-" + attempt, TaskPodBuilder.uid("t", attempt), null, null);
    return aTask("t")
        .slots(1 + random.nextInt(3))
        .status(
            new TaskStatus(1L, state, info, new NodeInfo("p", "p-node-1"), latest, null, List.of()))
        .build();
  }

  private static PodSeen pod(Random random, int attempt) {
    TaskPodBuilder pod = aTaskPod("t", attempt);
    if (random.nextInt(4) == 0) {
      pod.uid("stranger-" + random.nextInt());
    }
    if (random.nextInt(4) == 0) {
      pod.deleting();
    }
    if (random.nextInt(4) == 0) {
      pod.released();
    }
    return switch (random.nextInt(6)) {
      case 0 -> pod.seen();
      case 1 -> pod.letGo().seen();
      case 2 -> pod.running().seen();
      case 3 -> pod.ended(0).seen();
      case 4 -> pod.ended(3).seen();
      default -> pod.failed("Evicted", "The node was low on resource: memory. ").seen();
    };
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyPlanKeepsThePromises(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 250; i++) {
      TaskSeen seen = random(random);
      TaskPlan plan = TaskLife.decide(seen);
      assertThat(TaskLife.decide(seen)).as("the same snapshot: %s", seen).isEqualTo(plan);
      check(seen, plan);
    }
  }

  private static void check(TaskSeen seen, TaskPlan plan) {
    TaskStatus before = seen.task().statusOrNew();
    boolean running = before.state() == TaskState.RUNNING;
    String ledgers = before.attempt() == null ? "none" : before.attempt().podUid();
    if (before.state() == TaskState.COMPLETED) {
      // Nobody asks for a reactivation here.
      assertThat(plan.say()).as("a completed task never changes: %s", seen).isNull();
    }
    if (plan.runnable()) {
      assertThat(before.state())
          .as("only a queued task can be started")
          .isEqualTo(TaskState.ACTIVE);
      assertThat(plan.say() == null || plan.say().state() == TaskState.ACTIVE).isTrue();
    }
    for (TaskPlan.Step step : plan.steps()) {
      switch (step) {
        case TaskPlan.LetGo go -> {
          assertThat(running).as("let go without an intent: %s", seen).isTrue();
          assertThat(go.pod().uid()).as("a stranger is let go: %s", seen).isEqualTo(ledgers);
        }
        case TaskPlan.Release release ->
            assertThat(running && release.pod().uid().equals(ledgers))
                .as("released before its end is in the ledger: %s", seen)
                .isFalse();
        case TaskPlan.Stop stop -> assertThat(stop.pod().uid()).isEqualTo(ledgers);
        case TaskPlan.AskForPod ask -> assertThat(ask.uid()).isEqualTo(ledgers);
      }
    }
    if (plan.say() != null) {
      assertThat(plan.say().attempts())
          .as("a new attempt is not decided here: %s", seen)
          .isEqualTo(before.attempts());
      assertThat(plan.say().stateOrActive() == TaskState.RUNNING)
          .as("nothing is begun here: %s", seen)
          .isIn(running, false);
    }
    if (running && plan.say() != null && plan.say().state() != TaskState.RUNNING) {
      assertThat(seen.pods())
          .as("recorded while its command can run: %s", seen)
          .filteredOn(p -> p.uid().equals(ledgers))
          .allMatch(TaskLifePropertiesTest::cannotRunAnyMore);
    }
  }

  private static boolean cannotRunAnyMore(PodSeen pod) {
    boolean commandRuns =
        pod.container("task").map(c -> c.state() instanceof Running).orElse(false);
    boolean unbound = pod.machine() == null && pod.deleting();
    return pod.ended() || unbound || !(commandRuns || pod.machine() == null);
  }

  @Test
  void intendingNamesTheOnePodThatMayRun() {
    Task task = aTask("t").build();

    TaskStatus intent = LedgerEntry.intend(task, "p", "p-node-1", "t-1", "uid-1", FakeClock.START);

    assertThat(intent.state()).isEqualTo(TaskState.RUNNING);
    assertThat(intent.attempt()).isEqualTo(new Attempt(1, "t-1", "uid-1", null, null));
    assertThat(intent.nodeInfo()).isEqualTo(new NodeInfo("p", "p-node-1"));
  }

  @Test
  void intendingTheNextAttemptKeepsTheCountsAndForgetsTheLastEnd() {
    ExecutionInfo info =
        new ExecutionInfo(
            "2026-03-01T11:00:00Z",
            "2026-03-01T11:01:00Z",
            3,
            null,
            new FailureInfo("UserError", "FailureExitCode", "x", List.of()),
            2,
            "2026-03-01T11:01:00Z");
    Attempt last = new Attempt(4, "t-4", "uid-4", 1, "2026-03-01T11:01:02Z");
    Task task =
        aTask("t")
            .status(new TaskStatus(1L, TaskState.ACTIVE, info, null, last, null, List.of()))
            .build();

    TaskStatus intent = LedgerEntry.intend(task, "p", "p-node-2", "t-5", "uid-5", FakeClock.START);

    assertThat(intent.attempt()).isEqualTo(new Attempt(5, "t-5", "uid-5", 1, null));
    assertThat(intent.executionInfo())
        .isEqualTo(
            new ExecutionInfo(
                FakeClock.START.toString(), null, null, null, null, 2, "2026-03-01T11:01:00Z"));
  }
}
