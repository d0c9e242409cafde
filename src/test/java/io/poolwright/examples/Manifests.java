package io.poolwright.examples;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads manifests of our kinds strictly: by the classes, and by the schemas in {@code crds/}. */
final class Manifests {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "Pool",
          Pool.class,
          "Job",
          Job.class,
          "JobSchedule",
          JobSchedule.class,
          "Task",
          Task.class,
          "ApplicationPackage",
          ApplicationPackage.class);

  private Manifests() {}

  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  static List<JsonNode> documents(Path file) throws IOException {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      return documents.readAll();
    }
  }

  /**
   * @throws IOException if the class of the kind does not know a field
   */
  static HasMetadata read(JsonNode document) throws IOException {
    Class<? extends HasMetadata> type = KINDS.get(document.path("kind").asText());
    if (type == null) {
      throw new IOException("no kind of ours: " + document.path("kind"));
    }
    return STRICT.treeToValue(document, type);
  }

  /**
   * What the schema of the kind does not accept, one line each; rules in CEL are left to the API
   * server.
   */
  static List<String> complaints(JsonNode document) throws IOException {
    String plural = document.path("kind").asText().toLowerCase(java.util.Locale.ROOT) + "s";
    JsonNode crd = YAML.readTree(Path.of("crds", plural + ".poolwright.io.yaml").toFile());
    JsonNode schema = crd.at("/spec/versions/0/schema/openAPIV3Schema");
    List<String> complaints = new ArrayList<>();
    check(document.path("spec"), schema.at("/properties/spec"), "spec", complaints);
    return complaints;
  }

  private static void check(JsonNode value, JsonNode schema, String path, List<String> complaints) {
    if (schema.has("x-kubernetes-int-or-string")) {
      return;
    }
    String type = schema.path("type").asText();
    boolean fits =
        switch (type) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "integer" -> value.isIntegralNumber();
          case "boolean" -> value.isBoolean();
          default -> true;
        };
    if (!fits) {
      complaints.add(path + " is to be " + type + ", not " + value);
      return;
    }
    if (schema.has("pattern")
        && !java.util.regex.Pattern.compile(schema.path("pattern").asText())
            .matcher(value.asText())
            .find()) {
      complaints.add(path + " does not match " + schema.path("pattern") + ": " + value);
    }
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        complaints.add(path + "." + required.asText() + " is missing");
      }
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      check(value.get(i), schema.path("items"), path + "[" + i + "]", complaints);
    }
    if (value.isObject()) {
      value.properties().forEach(field -> checkField(field, schema, path, complaints));
    }
  }

  private static void checkField(
      Map.Entry<String, JsonNode> field, JsonNode schema, String path, List<String> complaints) {
    JsonNode known = schema.at("/properties/" + field.getKey());
    JsonNode any = schema.path("additionalProperties");
    if (known.isMissingNode() && any.isMissingNode()) {
      complaints.add(path + "." + field.getKey() + " is not in the schema");
    } else {
      check(
          field.getValue(),
          known.isMissingNode() ? any : known,
          path + "." + field.getKey(),
          complaints);
    }
  }
}
