package io.poolwright.plan.factory;

import static io.poolwright.testing.PoolBuilder.aPool;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.poolwright.api.Condition;
import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskResult;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.factory.Factory;
import io.poolwright.factory.InvalidFactory;
import io.poolwright.plan.task.LedgerEntry;
import io.poolwright.plan.task.TaskLife;
import io.poolwright.plan.task.TaskPlan;
import io.poolwright.snapshot.ParentsSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.TaskSeen;
import io.poolwright.testing.FakeClock;
import io.poolwright.testing.TaskPodBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger of a factory's tasks against a list of their states, and its size. */
class FactoryLedgerTest {
  private static final Instant NOW = FakeClock.START;

  private static Job job(int size, String more) {
    try {
      return new ObjectMapper()
          .readValue(
              """
              {"apiVersion":"poolwright.io/v1alpha1","kind":"Job",
               "metadata":{"name":"j","namespace":"team-a","uid":"uid-of-j","creationTimestamp":"%s"},
               "spec":{"poolInfo":{"poolId":"p"},"onTaskFailure":"PerformExitOptionsJobAction",
                 "taskFactory":{"type":"Repeat","count":%d,
                   "repeatTask":{"commandLine":"work {0}"%s}}}}
              """
                  .formatted(NOW, size, more),
              Job.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Factory factory(Job job) {
    try {
      return Factory.of(Objects.requireNonNull(job.getSpec().taskFactory()), null);
    } catch (InvalidFactory e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Job job, FactoryLedger page) {
    job.setStatus(JobStatus.NEW.with(page.status(), page.counts(), page.counts(), ""));
  }

  private static void begin(FactoryLedger page, int index, String uid) {
    Task task = page.task(index, 0);
    page.enter(index, task, LedgerEntry.intend(task, "p", "p-node-1", "pod", uid, NOW));
  }

  private static TaskStatus ended(Task task, boolean well, String message) {
    TaskStatus was = task.statusOrNew();
    FailureInfo why =
        well
            ? null
            : new FailureInfo(
                "UserError",
                "FailureExitCode",
                message,
                List.of(new FailureInfo.Detail("stderr", message)));
    return new TaskStatus(
        1L,
        TaskState.COMPLETED,
        new ExecutionInfo(
            null,
            NOW.toString(),
            well ? 0 : 3,
            well ? TaskResult.SUCCESS : TaskResult.FAILURE,
            why,
            null,
            null),
        was.nodeInfo(),
        was.attempt(),
        null,
        List.of());
  }

  @Test
  void itKeepsTheLatestEndOfWhatHadANode() {
    Job job = job(3, "");
    FactoryLedger page = new FactoryLedger(job, factory(job));
    Task never = page.task(2, 0);
    page.enter(2, never, ended(never, false, "never had a node"));
    assertThat(page.status().lastEnd()).isNull();

    begin(page, 0, "uid-0");
    Task task = page.task(0, 1);
    page.enter(0, task, ended(task, true, ""));
    write(job, page);

    assertThat(new FactoryLedger(job, factory(job)).status().lastEnd()).isEqualTo(NOW.toString());
  }

  /** Through its written form after each step, as a restart would read it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void itRemembersWhatAListOfStatesWould(long seed) {
    Random random = new Random(seed);
    int size = 1 + random.nextInt(40);
    Job job = job(size, "");
    Factory factory = factory(job);
    Map<Integer, String> states = new TreeMap<>();
    for (int step = 0; step < 200; step++) {
      FactoryLedger page = new FactoryLedger(job, factory);
      int index = random.nextInt(size);
      String state = states.getOrDefault(index, "fresh");
      Task task = page.task(index, 1);
      assertThat(task.statusOrNew().stateOrActive().name()).isEqualTo(shown(state));
      assertThat(page.takes(index, page.nextAttempt(index)))
          .isEqualTo(state.equals("fresh") || state.equals("again"));
      switch (state) {
        case "fresh", "again" -> {
          begin(page, index, "uid-" + step);
          states.put(index, "runs");
        }
        case "runs" -> {
          int what = random.nextInt(3);
          if (what == 0) {
            Attempt was = Objects.requireNonNull(task.statusOrNew().attempt());
            page.enter(
                index,
                task,
                new TaskStatus(
                    1L,
                    TaskState.ACTIVE,
                    new ExecutionInfo(null, null, 1, null, null, 1, null),
                    null,
                    was,
                    null,
                    List.of()));
            states.put(index, "again");
          } else {
            page.enter(index, task, ended(task, what == 1, "no"));
            states.put(index, what == 1 ? "well" : "badly");
          }
        }
        default -> assertThat(page.isOver(index)).isTrue();
      }
      write(job, page);
      FactoryLedger after = new FactoryLedger(job, factory);
      assertThat(after.counts()).isEqualTo(counts(size, states));
      assertThat(after.fresh().count()).isEqualTo(size - states.size());
      assertThat(after.blocked().count())
          .isEqualTo(states.values().stream().filter("badly"::equals).count());
      assertThat(after.satisfied().count())
          .isEqualTo(states.values().stream().filter("well"::equals).count());
    }
  }

  private static String shown(String state) {
    return switch (state) {
      case "runs" -> "RUNNING";
      case "well", "badly" -> "COMPLETED";
      default -> "ACTIVE";
    };
  }

  private static TaskCounts counts(int size, Map<Integer, String> states) {
    int running = (int) states.values().stream().filter("runs"::equals).count();
    int well = (int) states.values().stream().filter("well"::equals).count();
    int badly = (int) states.values().stream().filter("badly"::equals).count();
    return new TaskCounts(size - running - well - badly, running, well + badly, well, badly);
  }

  @Test
  void aTaskThatFailedSaysWhereItsFilesAre() {
    Job job = job(3, "");
    FactoryLedger page = new FactoryLedger(job, factory(job));
    begin(page, 1, "uid");
    Task task = page.task(1, 1);
    page.enter(1, task, ended(task, false, "no"));
    write(job, page);
    TaskStatus over = new FactoryLedger(job, factory(job)).task(1, 0).statusOrNew();
    assertThat(over.stateOrActive()).isEqualTo(TaskState.COMPLETED);
    assertThat(over.nodeInfo()).isEqualTo(new TaskStatus.NodeInfo("p", "p-node-1"));
    assertThat(over.attempts()).isEqualTo(1);
  }

  /** As a task's that has an object; what was disrupted has nothing to say. */
  @ParameterizedTest
  @ValueSource(strings = {"Retrying", "Disrupted"})
  void theLogOfAFailedAttemptCanBeReadUntilTheNextOne(String reason) {
    Job job = job(3, "");
    FactoryLedger page = new FactoryLedger(job, factory(job));
    begin(page, 1, "uid");
    Task task = page.task(1, 1);
    TaskStatus again =
        new TaskStatus(
            1L,
            TaskState.ACTIVE,
            new ExecutionInfo(null, null, 1, null, null, 1, null),
            null,
            task.statusOrNew().attempt(),
            null,
            List.of(new Condition("Ready", "False", reason, "", NOW.toString(), 1L)));
    page.enter(1, task, again);
    write(job, page);
    Task waits = new FactoryLedger(job, factory(job)).task(1, 1);
    PodSeen pod =
        TaskPodBuilder.aTaskPod(waits.getMetadata().getName(), 1)
            .uid("uid")
            .letGo()
            .ended(3)
            .seen();
    TaskPlan plan =
        TaskLife.decide(
            new TaskSeen(
                waits,
                job,
                aPool("p").build(),
                List.of(pod),
                Map.of(),
                ParentsSeen.NONE,
                null,
                false,
                false,
                Set.of(),
                false,
                null,
                Duration.ofMinutes(2),
                NOW));
    assertThat(plan.steps()).containsExactly(new TaskPlan.Release(pod, reason.equals("Disrupted")));
    assertThat(plan.runnable()).isTrue();
  }

  /** The worst that there can be: a full window, and each second task failed with a long story. */
  @Test
  void aHundredThousandTasksFitIntoAStatus() throws IOException {
    Job job = job(100_000, "");
    Factory factory = factory(job);
    FactoryLedger page = new FactoryLedger(job, factory);
    Random random = new Random(1);
    String story = "a sentence about what went wrong. ".repeat(40);
    for (int i = 0; i < 98_000; i++) {
      if (i % 1000 == 0) {
        write(job, page);
        page = new FactoryLedger(job, factory);
      }
      Task task = page.task(i, 0);
      page.enter(i, task, ended(task, random.nextBoolean(), story));
    }
    for (int i = 0; i < FactoryLedger.WINDOW; i++) {
      begin(page, 98_000 + i, UUID.randomUUID().toString());
    }
    FactoryStatus status = page.status();
    assertThat(status.failures()).hasSize(100);
    assertThat(status.live()).hasSize(FactoryLedger.WINDOW);
    write(job, page);
    assertThat(new ObjectMapper().writeValueAsBytes(job).length).isLessThan(256 * 1024);
  }

  @Test
  void exitConditionsAreRemembered() {
    Job job =
        job(
            6,
            ",\"exitConditions\":{\"exitCodes\":[{\"code\":3,\"exitOptions\":"
                + "{\"jobAction\":\"Disable\",\"dependencyAction\":\"Satisfy\"}},"
                + "{\"code\":0,\"exitOptions\":{\"jobAction\":\"Terminate\",\"dependencyAction\":\"Block\"}}]}");
    Factory factory = factory(job);
    FactoryLedger page = new FactoryLedger(job, factory);
    page.enter(2, page.task(2, 0), ended(page.task(2, 0), false, "no"));
    page.enter(4, page.task(4, 0), ended(page.task(4, 0), true, ""));
    page.enter(5, page.task(5, 0), ended(page.task(5, 0), true, ""));
    write(job, page);
    FactoryLedger after = new FactoryLedger(job, factory);
    assertThat(after.satisfied()).hasToString("2");
    assertThat(after.blocked()).hasToString("4-5");
    assertThat(after.failing().isEmpty()).isTrue();
    assertThat(Objects.requireNonNull(after.terminates()).index()).isEqualTo(4);
    assertThat(Objects.requireNonNull(after.disables()).index()).isEqualTo(2);
  }

  /** Ends are entered in the order in which they are looked at. */
  @Test
  void theLatestThatDisablesIsTheOneThatEndedLast() {
    Job job =
        job(
            3,
            ",\"exitConditions\":{\"default\":{\"jobAction\":\"Disable\",\"dependencyAction\":\"Satisfy\"}}");
    FactoryLedger page = new FactoryLedger(job, factory(job));
    page.enter(0, page.task(0, 0), endedAt(page.task(0, 0), NOW.plusSeconds(9)));
    page.enter(1, page.task(1, 0), endedAt(page.task(1, 0), NOW));
    assertThat(Objects.requireNonNull(page.disables()).index()).isZero();
  }

  private static TaskStatus endedAt(Task task, Instant end) {
    TaskStatus ended = ended(task, false, "no");
    ExecutionInfo info = ended.execution();
    return new TaskStatus(
        1L,
        TaskState.COMPLETED,
        new ExecutionInfo(
            null, end.toString(), info.exitCode(), info.result(), info.failureInfo(), null, null),
        null,
        ended.attempt(),
        null,
        List.of());
  }
}
