package io.poolwright.main;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.factory.InvalidFactory;
import io.poolwright.factory.Listing;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The one task factory of a file: of a Job, of Azure's template of a job, or by itself.
 *
 * @param place where it stands, before the paths of its fields
 */
record FactoryFile(String place, TaskFactory factory) {
  private static final List<String> PLACES =
      List.of(
          "spec.taskFactory",
          "taskFactory",
          "properties.taskFactory",
          "job.taskFactory",
          "job.properties.taskFactory");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final ObjectMapper YAML =
      JsonMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  static FactoryFile read(Path file) throws InvalidFactory {
    List<FactoryFile> found = new ArrayList<>();
    for (JsonNode document : documents(file.toString(), text(file))) {
      int before = found.size();
      for (String place : PLACES) {
        JsonNode node = document.at("/" + place.replace('.', '/'));
        if (!node.isMissingNode()) {
          found.add(read(place, node));
        }
      }
      // Objects of Kubernetes may have a type as well, as a Secret has.
      if (found.size() == before && document.has("type") && !document.has("kind")) {
        found.add(read("", document));
      }
    }
    if (found.size() != 1) {
      throw new InvalidFactory(
          file.toString(),
          found.isEmpty()
              ? "there is no task factory in it, neither by itself nor as "
                  + String.join(", ", PLACES)
              : "there are " + found.size() + " task factories in it; one file has one");
    }
    return found.getFirst();
  }

  private static FactoryFile read(String place, JsonNode node) throws InvalidFactory {
    SchemaCheck.check(place, node, TaskFactory.class);
    try {
      // A quantity reads one value out of the middle of others.
      ObjectReader within = JSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
      return new FactoryFile(place, within.treeToValue(node, TaskFactory.class));
    } catch (JsonProcessingException e) {
      throw new InvalidFactory(place, e.getOriginalMessage());
    }
  }

  /**
   * One object key a line. Blank lines are skipped; a blank within or around a key is part of it.
   */
  static Listing listing(Path file) throws InvalidFactory {
    return Listing.of(text(file).lines().filter(l -> !l.isBlank()).toList());
  }

  private static String text(Path file) throws InvalidFactory {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new InvalidFactory(file.toString(), "there is no such file");
    } catch (CharacterCodingException e) {
      throw new InvalidFactory(file.toString(), "is not text in UTF-8");
    } catch (IOException e) {
      throw new InvalidFactory(file.toString(), "cannot be read: " + e.getMessage());
    }
  }

  private static List<JsonNode> documents(String file, String text) throws InvalidFactory {
    try {
      return text.stripLeading().startsWith("{") ? List.of(json(text)) : yaml(text);
    } catch (JsonProcessingException e) {
      throw new InvalidFactory(
          file + (e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr()),
          "is neither YAML nor JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw new InvalidFactory(file, "is neither YAML nor JSON: " + e.getMessage());
    }
  }

  /** JSON may be indented with tabs, which YAML does not admit. */
  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }

  private static List<JsonNode> yaml(String text) throws IOException {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      return documents.readAll();
    }
  }
}
