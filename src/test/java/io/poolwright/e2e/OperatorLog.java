package io.poolwright.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the operator logged as an ERROR; also of the container before a restart. */
final class OperatorLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OperatorLog() {}

  static List<String> errorsSince(Instant start, Predicate<String> expected) {
    Cluster cluster = Cluster.get();
    List<String> errors = new ArrayList<>();
    for (Pod pod : cluster.operatorPods()) {
      var logs =
          cluster.client().pods().inNamespace(Cluster.SYSTEM).withName(pod.getMetadata().getName());
      errors.addAll(errors(logs.sinceTime(start.toString()).getLog(), start));
      if (pod.getStatus().getContainerStatuses().stream()
              .mapToInt(ContainerStatus::getRestartCount)
              .sum()
          > 0) {
        errors.addAll(errors(logs.terminated().getLog(), start));
      }
    }
    return errors.stream().filter(expected.negate()).toList();
  }

  private static List<String> errors(String log, Instant start) {
    return log.lines().filter(line -> isError(line, start)).toList();
  }

  /** A line that is no JSON is the JVM's own, and never good news. */
  private static boolean isError(String line, Instant start) {
    if (line.isBlank()) {
      return false;
    }
    try {
      JsonNode entry = JSON.readTree(line);
      return entry.path("level").asText().equals("ERROR")
          && entry.path("timestamp").asLong() >= start.toEpochMilli();
    } catch (JsonProcessingException e) {
      return line.contains("Exception") || line.contains("Error");
    }
  }
}
