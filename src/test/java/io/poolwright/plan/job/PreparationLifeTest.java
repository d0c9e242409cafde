package io.poolwright.plan.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.plan.Shown;
import io.poolwright.snapshot.NodeSeen;
import io.poolwright.snapshot.PreparationSeen;
import io.poolwright.snapshot.PreparationSeen.Refusal;
import io.poolwright.testing.Case;
import io.poolwright.testing.Goldens;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Preparation and release of a job, as what is seen and what is decided. The cases are in
 * src/test/resources/PreparationLife.
 */
class PreparationLifeTest {

  @TestFactory
  Stream<DynamicTest> decisions() {
    return Goldens.plans(
        "PreparationLife",
        seen -> {
          PreparationSeen job = seen(seen);
          PreparationPlan plan = PreparationLife.decide(job);
          assertThat(PreparationLife.decide(job)).as("the same snapshot").isEqualTo(plan);
          return Shown.of(plan, PreparationLedger.asSeen(job, plan, plan.ledger()));
        });
  }

  private static Set<String> names(JsonNode list) {
    Set<String> names = new HashSet<>();
    list.forEach(n -> names.add(n.asText()));
    return names;
  }

  private static PreparationSeen seen(Case seen) {
    Map<String, NodeSeen> nodes = new HashMap<>();
    seen.setting("nodes")
        .properties()
        .forEach(n -> nodes.put(n.getKey(), node(n.getKey(), n.getValue())));
    return new PreparationSeen(
        Objects.requireNonNull(seen.job()),
        seen.setting("tasksRun").asBoolean(),
        nodes,
        names(seen.setting("wanted")),
        seen.podsSeen(),
        names(seen.setting("gone")),
        refusals(seen.setting("refusals")),
        seen.startTimeout(),
        seen.now());
  }

  private static Map<String, Refusal> refusals(JsonNode said) {
    Map<String, Refusal> refusals = new HashMap<>();
    said.properties()
        .forEach(r ->
            refusals.put(
                r.getKey(),
                new Refusal(
                    r.getValue().path("message").asText(),
                    Instant.parse(r.getValue().path("until").asText()))));
    return refusals;
  }

  private static NodeSeen node(String name, JsonNode said) {
    return new NodeSeen(
        name,
        said.path("uid").asText("uid-of-" + name),
        said.path("rebootedFrom").textValue(),
        said.path("present").asBoolean(true),
        said.path("stays").asBoolean(true),
        said.path("takesTasks").asBoolean(true),
        said.hasNonNull("silentSince") ? Instant.parse(said.path("silentSince").asText()) : null,
        said.path("ofPool").asBoolean(true));
  }
}
