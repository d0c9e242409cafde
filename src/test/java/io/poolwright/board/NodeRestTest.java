package io.poolwright.board;

import static io.poolwright.testing.JobBuilder.aJob;
import static io.poolwright.testing.TaskBuilder.aTask;
import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.FactoryStatus;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.cluster.Clients;
import io.poolwright.factory.Factory;
import io.poolwright.factory.InvalidFactory;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.plan.factory.FactoryPlan;
import io.poolwright.snapshot.NodeLoad;
import io.poolwright.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Since when a node has no task, whatever becomes of the tasks that it had. */
class NodeRestTest {
  private static final Key POOL = new Key("team-a", "p");
  private static final String NODE = "p-node-1";

  private final FakeClock clock = new FakeClock();
  private final Board board = new Board(clock);
  private int version;

  private Map<String, NodeLoad> look() {
    return board.loads(POOL, List.of(NODE));
  }

  private static NodeLoad restsSince(Instant end) {
    return new NodeLoad(0, 0, 0, 0, end);
  }

  private Job factory(LiveTask... live) throws InvalidFactory {
    Job job =
        Clients.serialization()
            .unmarshal(
                """
                apiVersion: poolwright.io/v1alpha1
                kind: Job
                metadata: {name: f, namespace: team-a, uid: uid-f, creationTimestamp: "2026-03-01T12:00:00Z"}
                spec:
                  poolInfo: {poolId: p}
                  taskFactory: {type: Repeat, count: 5, repeatTask: {commandLine: work}}
                """,
                Job.class);
    job.getMetadata().setResourceVersion(Integer.toString(++version));
    FactoryStatus status =
        new FactoryStatus(
            5, null, null, null, null, null, List.of(live), List.of(), null, null, null);
    job.setStatus(JobStatus.NEW.with(status, TaskCounts.NONE, TaskCounts.NONE, ""));
    Factory factory = Factory.of(Objects.requireNonNull(job.getSpec().taskFactory()), null);
    board.put(job, FactoryPlan.idle(new FactoryLedger(job, factory)), 1);
    return job;
  }

  private static LiveTask runs(int index) {
    return new LiveTask(index, 1, "uid-" + index, NODE, null, null, null, null, null);
  }

  private Task running() {
    Task task = aTask("t").of("j").running(1, 0).build();
    TaskStatus status = task.statusOrNew();
    assertThat(Objects.requireNonNull(status.nodeInfo()).nodeId()).isEqualTo(NODE);
    task.getMetadata().setResourceVersion(Integer.toString(++version));
    board.put(task, aJob("j").on("p").build(), false);
    return task;
  }

  @Test
  void theEndOfAFactorysTaskIsKnown() throws InvalidFactory {
    factory(runs(0));
    look();
    clock.advance(Duration.ofSeconds(30));
    factory();
    Instant end = clock.instant();
    clock.advance(Duration.ofSeconds(5));
    assertThat(look()).containsExactly(Map.entry(NODE, restsSince(end)));
  }

  @Test
  void itIsTheEndOfTheLastOne() throws InvalidFactory {
    factory(runs(0), runs(1));
    look();
    clock.advance(Duration.ofSeconds(30));
    factory(runs(1));
    clock.advance(Duration.ofSeconds(30));
    Job job = factory(runs(1));
    clock.advance(Duration.ofSeconds(30));
    board.removeFactory(job);
    assertThat(look()).containsExactly(Map.entry(NODE, restsSince(clock.instant())));
  }

  @Test
  void aTaskThatIsDeletedWhileItRunsKeptItsNodeBusyUntilThen() {
    Task task = running();
    look();
    clock.advance(Duration.ofSeconds(30));
    board.remove(task);
    assertThat(look()).containsExactly(Map.entry(NODE, restsSince(clock.instant())));
  }

  @Test
  void aNodeThatIsGoneIsForgottenWithItsLastTask() {
    Task task = running();
    look();
    assertThat(board.loads(POOL, List.of())).isEmpty();
    board.remove(task);
    assertThat(look()).isEmpty();
  }

  @Test
  void soIsOneThatGoesLater() {
    Task task = running();
    look();
    board.remove(task);
    assertThat(look()).isNotEmpty();
    board.loads(POOL, List.of());
    assertThat(look()).isEmpty();
  }

  @Test
  void soAreAllOfAPoolThatIsGone() {
    Task task = running();
    look();
    board.remove(task);
    board.removePool(POOL);
    assertThat(look()).isEmpty();
  }
}
