package io.poolwright.plan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.plan.Shown;
import io.poolwright.snapshot.AttemptSeen;
import io.poolwright.snapshot.ClaimSeen;
import io.poolwright.snapshot.NodeLoad;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PoolLoad;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.PreemptibleSeen;
import io.poolwright.snapshot.Refusal;
import io.poolwright.snapshot.WaitingTask;
import io.poolwright.testing.Case;
import io.poolwright.testing.FakeClock;
import io.poolwright.testing.Goldens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * How a pool grows, shrinks, says what is wrong and hands out its slots. The cases are in
 * src/test/resources/PoolSizing.
 */
class PoolSizingTest {

  @TestFactory
  Stream<DynamicTest> decisions() {
    return Goldens.plans(
        "PoolSizing",
        seen -> {
          PoolSeen pool = seen(seen);
          PoolPlan plan = PoolSizing.decide(pool);
          assertThat(PoolSizing.decide(pool)).as("the same snapshot").isEqualTo(plan);
          return Shown.of(plan);
        });
  }

  private static PoolLoad load(JsonNode load) {
    return new PoolLoad(
        load.path("activeTasks").asInt(),
        load.path("activeSlots").asInt(load.path("activeTasks").asInt()),
        load.path("runningTasks").asInt(),
        load.path("runningSlots").asInt(load.path("runningTasks").asInt()),
        load.path("succeededTasks").asInt(),
        load.path("failedTasks").asInt());
  }

  private static NodeLoad onNode(JsonNode load) {
    return new NodeLoad(
        load.path("running").asInt(),
        load.path("managers").asInt(),
        load.path("completed").asInt(),
        load.path("succeeded").asInt(),
        load.has("lastEnd") ? Instant.parse(load.get("lastEnd").asText()) : null);
  }

  private static PreemptibleSeen preemptible(Case seen) {
    List<AttemptSeen> attempts = new ArrayList<>();
    for (JsonNode one : seen.setting("attempts")) {
      String pod = one.path("pod").asText();
      String preemptedFor = one.path("preemptedFor").textValue();
      attempts.add(
          new AttemptSeen(
              pod,
              "uid-of-" + pod,
              one.path("node").asText(),
              one.path("slots").asInt(1),
              one.path("priority").asInt(),
              FakeClock.START.minusSeconds(one.path("age").asInt()),
              one.path("yields").asBoolean(preemptedFor == null),
              one.path("ends").asBoolean(preemptedFor != null),
              preemptedFor));
    }
    JsonNode lowest = seen.setting("lowestPreemptible");
    return new PreemptibleSeen(
        lowest.isInt() ? lowest.asInt() : null,
        seen.setting("attempts").isArray() ? attempts : null,
        Map.of());
  }

  private static Map<String, Refusal> stuck(Case seen) {
    Map<String, Refusal> stuck = new HashMap<>();
    seen.setting("stuck")
        .properties()
        .forEach(p ->
            stuck.put(
                p.getKey(),
                new Refusal(
                    p.getValue().path("said").asText(),
                    Instant.parse(p.getValue().path("at").asText()))));
    return stuck;
  }

  private static PoolSeen seen(Case seen) {
    Map<String, Integer> used = new HashMap<>();
    seen.setting("usedSlots").properties().forEach(p -> used.put(p.getKey(), p.getValue().asInt()));
    Map<String, Instant> kept = new HashMap<>();
    seen.setting("keptUntil")
        .properties()
        .forEach(p -> kept.put(p.getKey(), Instant.parse(p.getValue().asText())));
    Map<String, NodeLoad> loads = new HashMap<>();
    seen.setting("loads").properties().forEach(p -> loads.put(p.getKey(), onNode(p.getValue())));
    Map<String, ClaimSeen> claims = new HashMap<>();
    seen.setting("claims")
        .properties()
        .forEach(p -> claims.put(p.getKey(), ClaimSeen.valueOf(p.getValue().asText())));
    Map<String, String> said = new HashMap<>();
    seen.setting("said").properties().forEach(p -> said.put(p.getKey(), p.getValue().asText()));
    List<WaitingTask> waiting = new ArrayList<>();
    for (JsonNode task : seen.setting("waiting")) {
      waiting.add(
          new WaitingTask(
              task.path("name").asText(),
              task.path("slots").asInt(1),
              task.path("priority").asInt(),
              FakeClock.START,
              "j",
              FakeClock.START,
              waiting.size()));
    }
    return new PoolSeen(
        Objects.requireNonNull(seen.pool()),
        seen.podsSeen().stream().filter(p -> p.node() == null).toList(),
        used,
        loads,
        claims,
        kept,
        waiting,
        Map.of(),
        standings(seen.setting("standings")),
        load(seen.setting("load")),
        Duration.ofSeconds(30),
        seen.podsSeen().stream().filter(p -> p.node() != null).toList(),
        preemptible(seen),
        seen.text("lendRefusal").map(r -> new Refusal(r, seen.now())).orElse(null),
        seen.text("obstacle").map(o -> new PoolSeen.Obstacle(true, o)).orElse(null),
        seen.packages(),
        said,
        stuck(seen),
        seen.text("refusal")
            .map(r ->
                new Refusal(
                    r,
                    seen.text("refusedAt").map(Instant::parse).orElse(seen.now().minusSeconds(10))))
            .orElse(null),
        seen.now());
  }

  private static Map<String, Map<String, NodeStanding>> standings(JsonNode said) {
    Map<String, Map<String, NodeStanding>> all = new HashMap<>();
    said.properties()
        .forEach(job -> {
          Map<String, NodeStanding> nodes = new HashMap<>();
          job.getValue()
              .properties()
              .forEach(n -> nodes.put(n.getKey(), NodeStanding.valueOf(n.getValue().asText())));
          all.put(job.getKey(), nodes);
        });
    return all;
  }
}
