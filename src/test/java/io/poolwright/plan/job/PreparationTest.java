package io.poolwright.plan.job;

import static io.poolwright.testing.JobBuilder.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobPreparationTask;
import io.poolwright.api.job.JobReleaseTask;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.job.NodePreparation.Run;
import io.poolwright.api.job.NodePreparation.RunState;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.FailureInfo.Detail;
import io.poolwright.api.task.TaskResult;
import io.poolwright.cluster.Clients;
import io.poolwright.plan.job.PreparationPlan.Make;
import io.poolwright.snapshot.NodeSeen;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PreparationSeen;
import io.poolwright.testing.FakeClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PreparationTest {
  private static final String STAMP = "2026-03-01T12:00:00Z";

  private static JobPreparationTask task(boolean waits) {
    return new JobPreparationTask(null, "prepare", null, null, null, null, null, null, waits, null);
  }

  private static JobReleaseTask release() {
    return new JobReleaseTask(null, "clean", null, null, null, null, null, null, null);
  }

  private static String uid(int node) {
    return "%08d-0000-0000-0000-000000000000".formatted(node);
  }

  private static String name(int node) {
    return "a-pool-with-a-rather-long-name-node-" + node;
  }

  private static NodeSeen node(int node) {
    return new NodeSeen(name(node), uid(node), null, true, true, true, null, true);
  }

  private static Run over(TaskResult result, @Nullable FailureInfo failure) {
    return new Run(
        RunState.COMPLETED, 1, null, STAMP, STAMP, failure == null ? 0 : 1, result, failure, null);
  }

  private static NodePreparation entry(int node, TaskResult result) {
    FailureInfo failure =
        result == TaskResult.SUCCESS
            ? null
            : new FailureInfo(
                "UserError",
                "FailureExitCode",
                "x".repeat(4000),
                List.of(new Detail("stderr", "y".repeat(4000))));
    return new NodePreparation(name(node), uid(node), over(result, failure), over(result, failure));
  }

  private static Job job(boolean waits, List<NodePreparation> ledger) {
    Job job = aJob("j").prepared(task(waits)).released(release()).build();
    job.setStatus(
        new JobStatus(
            1L,
            JobState.ACTIVE,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            ledger,
            null,
            null,
            List.of()));
    return job;
  }

  private static PreparationSeen seen(Job job, List<NodeSeen> nodes, Set<String> wanted) {
    return new PreparationSeen(
        job,
        false,
        nodes.stream().collect(Collectors.toMap(NodeSeen::name, n -> n)),
        wanted,
        List.of(),
        Set.of(),
        Map.of(),
        Duration.ofMinutes(2),
        FakeClock.START.plusSeconds(60));
  }

  @Test
  void aNodeStandsAsItsPreparationEnded() {
    List<NodePreparation> ledger =
        List.of(entry(1, TaskResult.SUCCESS), entry(2, TaskResult.FAILURE));
    List<NodeSeen> nodes = List.of(node(1), node(2), node(3));

    assertThat(Preparation.standings(job(true, ledger), nodes))
        .isEqualTo(
            Map.of(
                name(1),
                NodeStanding.READY,
                name(2),
                NodeStanding.CLOSED,
                name(3),
                NodeStanding.NEW));
    assertThat(Preparation.standings(job(false, ledger), nodes))
        .containsEntry(name(2), NodeStanding.READY);
    assertThat(Preparation.standings(aJob("j").build(), nodes)).isEmpty();
  }

  @Test
  void nodesThatAreGoneMakeRoomForOthers() {
    List<NodePreparation> ledger =
        IntStream.range(0, Preparation.MOST).mapToObj(i -> entry(i, TaskResult.SUCCESS)).toList();
    Job job = job(true, ledger);
    List<NodeSeen> all =
        new ArrayList<>(IntStream.range(0, Preparation.MOST).mapToObj(i -> node(i)).toList());
    NodeSeen another = node(9999);
    all.add(another);

    assertThat(Preparation.standings(job, all)).containsEntry(another.name(), NodeStanding.CLOSED);
    PreparationPlan full = PreparationLife.decide(seen(job, all, Set.of(another.name())));
    assertThat(full.create()).isEmpty();
    assertThat(full.note())
        .as("why tasks do not get that node")
        .contains("1 node(s) more than the 500 that a job prepares");

    all.removeFirst();
    PreparationPlan plan = PreparationLife.decide(seen(job, all, Set.of(another.name())));
    assertThat(plan.create()).hasSize(1);
    assertThat(plan.ledger()).hasSize(Preparation.MOST - 1);
  }

  @Test
  void aFullLedgerIsWellBelowWhatAnObjectMayHave() throws Exception {
    Map<TaskResult, Integer> bytes = new HashMap<>();
    for (TaskResult result : TaskResult.values()) {
      List<NodePreparation> ledger =
          FailureSize.bound(
              IntStream.range(0, Preparation.MOST).mapToObj(i -> entry(i, result)).toList());
      String json = Clients.serialization().asJson(job(true, ledger));
      bytes.put(result, json.getBytes(StandardCharsets.UTF_8).length);
    }
    assertThat(bytes.get(TaskResult.SUCCESS)).isLessThan(256 * 1024);
    assertThat(bytes.get(TaskResult.FAILURE)).isLessThan(512 * 1024);
  }

  @Test
  void allNodesThatAreWaitedForAreInOneWrite() {
    List<NodeSeen> nodes = IntStream.range(0, 200).mapToObj(PreparationTest::node).toList();
    Set<String> wanted = nodes.stream().map(NodeSeen::name).collect(Collectors.toSet());
    PreparationSeen seen = seen(job(true, List.of()), nodes, wanted);
    PreparationPlan plan = PreparationLife.decide(seen);

    assertThat(plan.create()).hasSize(PreparationLife.WAVE);
    Map<Make, String> made = new HashMap<>();
    plan.create().forEach(m -> made.put(m, "uid-" + m.node()));
    assertThat(PreparationLedger.intended(plan.ledger(), made, seen))
        .hasSize(PreparationLife.WAVE)
        .allSatisfy(e -> {
          assertThat(e.preparation().state()).isEqualTo(RunState.RUNNING);
          assertThat(e.preparation().podUid()).isEqualTo("uid-" + e.nodeId());
        });
  }
}
