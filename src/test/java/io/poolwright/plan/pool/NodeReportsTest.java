package io.poolwright.plan.pool;

import static io.poolwright.testing.PoolBuilder.aPool;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.poolwright.api.pool.NodeStatus;
import io.poolwright.cluster.PodReader;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolLoad;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.testing.FakeClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** However large a pool is and whatever is wrong with it, its status stays small. */
class NodeReportsTest {
  private static final String LONG = "x".repeat(700);

  private static Pod pod(int number) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("p".repeat(50) + "-node-" + number)
        .withUid("uid-" + number)
        .withCreationTimestamp("2026-03-01T12:00:00Z")
        .addToLabels(Names.NUMBER, Integer.toString(number))
        .addToAnnotations(Names.REQUEST, number % 2 == 0 ? LONG : "EnableScheduling")
        .endMetadata()
        .withNewSpec()
        .withNodeName("m".repeat(253))
        .endSpec()
        .withNewStatus()
        .endStatus()
        .build();
  }

  private static Pod failed(int number) {
    return new PodBuilder(pod(number))
        .editStatus()
        .withPhase("Failed")
        .addNewInitContainerStatus()
        .withName("start-task")
        .withNewState()
        .withNewTerminated()
        .withExitCode(1)
        .withReason("Error")
        .withStartedAt("2026-03-01T12:00:00Z")
        .withFinishedAt("2026-03-01T12:00:01Z")
        .withMessage(
            "{\"exitCode\":1,\"message\":\"%1$s\",\"stderrTail\":\"%1$s\"}".formatted(LONG))
        .endTerminated()
        .endState()
        .endInitContainerStatus()
        .endStatus()
        .build();
  }

  private static Pod idle(int number) {
    return new PodBuilder(pod(number))
        .editStatus()
        .withPhase("Running")
        .addNewContainerStatus()
        .withName("node")
        .withReady(true)
        .withNewState()
        .withNewRunning()
        .withStartedAt("2026-03-01T12:00:00Z")
        .endRunning()
        .endState()
        .endContainerStatus()
        .endStatus()
        .editMetadata()
        .withAnnotations(Map.of())
        .endMetadata()
        .build();
  }

  private static List<NodeStatus> reports(Stream<Pod> pods) {
    List<PodSeen> seen = pods.map(PodReader::read).toList();
    PoolSeen pool =
        new PoolSeen(
            aPool("p").nodes(seen.size()).build(),
            seen,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            List.of(),
            Map.of(),
            Map.of(),
            PoolLoad.NONE,
            Duration.ofSeconds(30),
            List.of(),
            PreemptibleSeen.NONE,
            null,
            null,
            Map.of(),
            Map.of(),
            Map.of(),
            null,
            FakeClock.START);
    return new NodeReports(pool, seen.stream().map(p -> PoolNode.of(p, 0)).toList(), List.of())
        .say();
  }

  @Test
  void aThousandNodesOfWhichAllHaveFailed() throws Exception {
    List<NodeStatus> reports = reports(IntStream.range(0, 1000).mapToObj(NodeReportsTest::failed));

    assertThat(reports).hasSize(NodeReports.SHOWN);
    String json = new ObjectMapper().writeValueAsString(reports);
    assertThat(json.getBytes(StandardCharsets.UTF_8).length).isLessThan(192 * 1024);
    assertThat(reports.getFirst().startTaskInfo().failureInfo().details())
        .anyMatch(d -> d.name().equals("stderr"));
  }

  @Test
  void whatIsOutOfTheOrdinaryIsAmongThoseShown() {
    List<NodeStatus> reports =
        reports(
            Stream.concat(
                IntStream.range(0, 1000).mapToObj(NodeReportsTest::idle), Stream.of(failed(1001))));

    assertThat(reports).hasSize(NodeReports.SHOWN);
    assertThat(reports.getLast().state()).isEqualTo("StartTaskFailed");
    assertThat(reports.getFirst().state()).isEqualTo("Idle");
  }
}
