package io.poolwright.main;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.poolwright.api.pool.Pool;
import io.poolwright.autoscale.Metric;
import io.poolwright.autoscale.NodeDeallocationOption;
import io.poolwright.autoscale.Sample;
import io.poolwright.autoscale.Surroundings;
import io.poolwright.plan.pool.Autoscaling;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One line of {@code poolwright autoscale evaluate}. Only the formula is required. What is not
 * known is refused and not passed over: a misspelt variable would otherwise have no samples.
 */
record AutoscaleRequest(String formula, Surroundings surroundings) {

  /** Says in one sentence what is wrong with a line. */
  static final class Invalid extends Exception {
    private static final long serialVersionUID = 1L;

    Invalid(String message) {
      super(message);
    }
  }

  static AutoscaleRequest read(ObjectMapper json, String line, Clock clock) throws Invalid {
    JsonNode request = tree(json, line);
    fields(request, "the request", Set.of("formula", "now", "current", "samples"));
    JsonNode formula = request.path("formula");
    if (!formula.isTextual()) {
      throw new Invalid("formula must be a string, and is required");
    }
    Instant now = now(request, clock);
    JsonNode current = request.path("current");
    if (!isAbsent(current)) {
      fields(current, "current", Set.of("dedicated", "lowPriority"));
    }
    return new AutoscaleRequest(
        formula.textValue(),
        new Surroundings(
            now,
            size(current.path("dedicated"), "current.dedicated"),
            size(current.path("lowPriority"), "current.lowPriority"),
            // As a pool has it that does not say otherwise; Azure's is requeue.
            NodeDeallocationOption.TASKCOMPLETION,
            samples(request.path("samples"))));
  }

  /** For a pool that is there: its size and samples are its own, and so is a formula not given. */
  static AutoscaleRequest read(ObjectMapper json, String line, Clock clock, Pool pool)
      throws Invalid {
    JsonNode request = tree(json, line);
    fields(request, "the request, with --pool,", Set.of("formula", "now"));
    JsonNode formula = request.path("formula");
    String text = formula.isTextual() ? formula.textValue() : pool.getSpec().autoScaleFormula();
    if (text == null || !(formula.isTextual() || isAbsent(formula))) {
      throw new Invalid("formula must be a string; the pool has none of its own");
    }
    return new AutoscaleRequest(text, Autoscaling.surroundingsOf(pool, now(request, clock)));
  }

  private static Instant now(JsonNode request, Clock clock) throws Invalid {
    return isAbsent(request.path("now")) ? clock.instant() : time(request.path("now"), "now");
  }

  private static JsonNode tree(ObjectMapper json, String line) throws Invalid {
    try {
      return json.readTree(line);
    } catch (JsonProcessingException e) {
      throw new Invalid("the line is not one JSON object: " + e.getOriginalMessage());
    }
  }

  private static Map<Metric, List<Sample>> samples(JsonNode node) throws Invalid {
    Map<Metric, List<Sample>> samples = new EnumMap<>(Metric.class);
    if (isAbsent(node)) {
      return samples;
    }
    if (!node.isObject()) {
      throw new Invalid("samples must be an object");
    }
    for (Map.Entry<String, JsonNode> variable : node.properties()) {
      Metric metric =
          Metric.named(variable.getKey())
              .orElseThrow(() ->
                  new Invalid("samples: " + variable.getKey() + " is not a sampled variable"));
      String field = "samples." + variable.getKey();
      if (!variable.getValue().isArray()) {
        throw new Invalid(field + " must be an array");
      }
      List<Sample> list = samples.computeIfAbsent(metric, m -> new ArrayList<>());
      for (JsonNode sample : variable.getValue()) {
        list.add(sample(sample, field + "[]"));
      }
    }
    return samples;
  }

  private static Sample sample(JsonNode node, String field) throws Invalid {
    fields(node, field, Set.of("time", "value"));
    JsonNode value = node.path("value");
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw new Invalid(field + ".value must be a finite number");
    }
    return new Sample(time(node.path("time"), field + ".time"), value.doubleValue());
  }

  private static int size(JsonNode node, String field) throws Invalid {
    if (isAbsent(node)) {
      return 0;
    }
    if (!node.canConvertToExactIntegral() || !node.canConvertToInt() || node.intValue() < 0) {
      throw new Invalid(field + " must be a whole number, 0 or more");
    }
    return node.intValue();
  }

  private static Instant time(JsonNode node, String field) throws Invalid {
    String text = node.isTextual() ? node.textValue() : "";
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      if (Surroundings.admits(instant)) {
        return instant;
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    throw new Invalid(field + " must be a time such as 2026-01-31T08:00:00Z");
  }

  private static void fields(JsonNode node, String what, Set<String> known) throws Invalid {
    if (!node.isObject()) {
      throw new Invalid(what + " must be an object");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!known.contains(field.getKey())) {
        throw new Invalid(
            what
                + " has no field "
                + field.getKey()
                + "; expected "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }
}
