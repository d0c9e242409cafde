package io.poolwright.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.poolwright.api.job.JobState;
import io.poolwright.api.pool.NodeDeallocationOption;
import io.poolwright.api.pool.PoolStatus.AllocationState;
import io.poolwright.api.task.TaskState;
import io.poolwright.plan.pool.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;

/** Whether the API has what Azure has, by Azure's name: fields from the CRDs, states by name. */
final class OfTheApi implements BiPredicate<String, String> {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** Sections whose names are fields, and where those are. */
  private static final Map<String, String> FIELDS =
      Map.ofEntries(
          Map.entry("Pool: properties", "pools spec"),
          Map.entry("Pool: what it says", "pools status"),
          Map.entry("Start task", "pools spec.startTask"),
          Map.entry("Application packages", "applicationpackages spec"),
          Map.entry("Job: properties", "jobs spec"),
          Map.entry("Job: what it says", "jobs status"),
          Map.entry("Job: operations", "jobs status"),
          Map.entry("Job schedule", "jobschedules spec"),
          Map.entry("Task: properties", "tasks spec"),
          Map.entry("Task: what it says", "tasks status"),
          Map.entry("Exit semantics", "tasks spec"),
          Map.entry("Multi-instance tasks", "tasks spec.multiInstanceSettings"),
          Map.entry("Task dependencies", "tasks spec"),
          Map.entry("Containers", "tasks spec.containerSettings"),
          Map.entry("Resource files", "tasks spec.resourceFiles"),
          Map.entry("Output files", "tasks spec.outputFiles"));

  private static final Map<String, Enum<?>[]> STATES =
      Map.of(
          "Compute node: states", NodeState.values(),
          "Pool: states", AllocationState.values(),
          "Job: states", JobState.values(),
          "Task: states", TaskState.values(),
          "Node deallocation options", NodeDeallocationOption.values());

  @Override
  public boolean test(String section, String name) {
    return isState(section, name) || isField(section, name);
  }

  private static boolean isState(String section, String name) {
    return Arrays.stream(STATES.getOrDefault(section, new Enum<?>[0]))
        .anyMatch(s -> s.name().replace("_", "").toLowerCase(Locale.ROOT).equals(name));
  }

  private static boolean isField(String section, String name) {
    String place = FIELDS.get(section);
    if (place == null) {
      return false;
    }
    int space = place.indexOf(' ');
    JsonNode schema = schema(place.substring(0, space));
    for (String part : (place.substring(space + 1) + "." + name).split("\\.", -1)) {
      JsonNode items = schema.path("items");
      schema = (items.isMissingNode() ? schema : items).path("properties").path(part);
    }
    return !schema.isMissingNode();
  }

  private static JsonNode schema(String plural) {
    Path file = Path.of("crds", plural + ".poolwright.io.yaml");
    try {
      return file.toFile().exists()
          ? YAML.readTree(file.toFile()).at("/spec/versions/0/schema/openAPIV3Schema")
          : YAML.missingNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
