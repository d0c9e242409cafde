package io.poolwright.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The API server's own account of who wrote what and when, in one namespace. */
final class AuditLog {
  private final Path file;
  private final String namespace;
  private final ObjectMapper mapper = new ObjectMapper();

  AuditLog(Path file, String namespace) {
    this.file = file;
    this.namespace = namespace;
  }

  /**
   * One request that changed something, or tried to.
   *
   * @param what verb and resource, such as "update tasks/status"
   */
  record Write(
      String user, String what, String name, int code, Instant received, Instant answered) {
    boolean is(String... any) {
      return List.of(any).contains(what);
    }
  }

  /** Writes in the order of their answers. */
  record Writes(List<Write> all) {
    Writes by(Predicate<Write> which) {
      return new Writes(all.stream().filter(which).toList());
    }

    Map<String, Integer> perUser() {
      return counted(Write::user);
    }

    Map<String, Integer> perKind() {
      return counted(w -> w.code() < 400 ? w.what() : w.what() + " -> " + w.code());
    }

    private Map<String, Integer> counted(java.util.function.Function<Write, String> key) {
      Map<String, Integer> counts = new TreeMap<>();
      all.forEach(w -> counts.merge(key.apply(w), 1, Integer::sum));
      return counts;
    }

    Instant first() {
      return all.stream().map(Write::received).min(Instant::compareTo).orElseThrow();
    }

    Instant last() {
      return all.stream().map(Write::answered).max(Instant::compareTo).orElseThrow();
    }

    int size() {
      return all.size();
    }
  }

  /** Where the log ends now. */
  long mark() throws IOException {
    return Files.size(file);
  }

  /**
   * @throws IOException also when the log was rotated since the mark
   */
  Writes since(long mark) throws IOException {
    List<Write> writes = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < mark) {
        throw new IOException("the audit log was rotated meanwhile; run the benchmark again");
      }
      channel.position(mark);
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      String inside = "\"namespace\":\"" + namespace + "\"";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(inside) && line.endsWith("}")) {
          writes.add(read(mapper.readTree(line)));
        }
      }
    }
    return new Writes(writes);
  }

  private static Write read(JsonNode event) {
    JsonNode object = event.path("objectRef");
    String subresource = object.path("subresource").asText("");
    String resource = object.path("resource").asText();
    String group = object.path("apiGroup").asText("");
    // Both groups have a resource called jobs.
    String qualified = group.equals("batch") ? "batch/" + resource : resource;
    return new Write(
        event.path("user").path("username").asText(),
        event.path("verb").asText()
            + " "
            + (subresource.isEmpty() ? qualified : qualified + "/" + subresource),
        object.path("name").asText(""),
        event.path("responseStatus").path("code").asInt(),
        Instant.parse(event.path("requestReceivedTimestamp").asText()),
        Instant.parse(event.path("stageTimestamp").asText()));
  }
}
