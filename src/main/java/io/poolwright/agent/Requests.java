package io.poolwright.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/** What the pod's environment asks the agent to do, as JSON. */
final class Requests {
  private Requests() {}

  static JsonNode read(Surroundings surroundings, String variable) throws AgentFailure {
    try {
      return new ObjectMapper().readTree(surroundings.variable(variable).orElse("null"));
    } catch (JsonProcessingException broken) {
      throw new AgentFailure(
          AgentFailure.Category.ServerError,
          "InternalError",
          variable + " is not valid JSON.",
          variable,
          broken);
    }
  }

  static Optional<String> text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() || value.asText().isEmpty()
        ? Optional.empty()
        : Optional.of(value.asText());
  }

  static String field(JsonNode node) {
    return text(node, "field").orElse("spec");
  }
}
