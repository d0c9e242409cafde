package io.poolwright.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.jobschedule.JobSchedule;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.cluster.Clients;
import io.poolwright.cluster.PodReader;
import io.poolwright.snapshot.PodSeen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one golden case says is seen: Kubernetes objects as YAML documents, read as the operator
 * reads them, and one document without a kind that holds the rest (the time, what is absent).
 */
public final class Case {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final KubernetesSerialization KUBERNETES = Clients.serialization();

  private final List<JsonNode> documents = new ArrayList<>();
  private final ObjectNode settings = YAML.createObjectNode();

  Case(Path room, Path folder, Set<Path> read) {
    List<Path> files = new ArrayList<>(inputs(folder));
    Path defaults = room.resolve("in-defaults.yaml");
    if (Files.exists(defaults)) {
      files.add(defaults);
    }
    files.forEach(file -> {
      read.add(file);
      documents(file).forEach(this::take);
    });
  }

  private static List<Path> inputs(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.getFileName().toString().matches("in-.*[.]yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> documents(Path file) {
    try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      return all.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the case itself says comes first, and wins. */
  private void take(JsonNode document) {
    if (document.has("kind")) {
      documents.add(document);
    } else {
      document.properties().stream()
          .filter(p -> !settings.has(p.getKey()))
          .forEach(p -> settings.set(p.getKey(), p.getValue()));
    }
  }

  private <R extends HasMetadata> List<R> all(Class<R> kind) {
    return documents.stream()
        .filter(d -> d.path("kind").asText().equals(kind.getSimpleName()))
        .map(d -> KUBERNETES.unmarshal(d.toString(), kind))
        .toList();
  }

  private <R extends HasMetadata> @Nullable R first(Class<R> kind) {
    return settings.path("absent").toString().contains(kind.getSimpleName())
        ? null
        : all(kind).stream().findFirst().orElse(null);
  }

  public Task task() {
    return all(Task.class).getFirst();
  }

  public @Nullable Job job() {
    return first(Job.class);
  }

  public List<Job> jobs() {
    return all(Job.class);
  }

  public JobSchedule schedule() {
    return all(JobSchedule.class).getFirst();
  }

  public @Nullable Pool pool() {
    return first(Pool.class);
  }

  public List<Pod> pods() {
    return all(Pod.class);
  }

  public List<PodSeen> podsSeen() {
    return pods().stream().map(PodReader::read).toList();
  }

  public Map<String, ApplicationPackage> packages() {
    Map<String, ApplicationPackage> found = new HashMap<>();
    all(ApplicationPackage.class)
        .forEach(p -> found.put(p.getMetadata().getName(), Checked.unlessSaid(p)));
    return found;
  }

  /** The one that the case is about, with the status that it says. */
  public ApplicationPackage applicationPackage() {
    return all(ApplicationPackage.class).getFirst();
  }

  public Optional<String> text(String setting) {
    return settings.has(setting) ? Optional.of(settings.get(setting).asText()) : Optional.empty();
  }

  public JsonNode setting(String name) {
    return settings.path(name);
  }

  public Instant now() {
    return text("now").map(Instant::parse).orElse(FakeClock.START);
  }

  public Duration startTimeout() {
    return text("startTimeout").map(Duration::parse).orElse(Duration.ofMinutes(2));
  }
}
