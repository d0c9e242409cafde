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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

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

  Writes since(long mark) throws IOException {
    return between(mark, mark());
  }

  /** What was written between two marks, also where the log was rotated once meanwhile. */
  Writes between(long from, long to) throws IOException {
    List<Write> writes = new ArrayList<>();
    if (to < from) {
      read(rotated(), from, Long.MAX_VALUE, writes);
      read(file, 0, to, writes);
    } else {
      read(file, from, to, writes);
    }
    return new Writes(writes);
  }

  /** The API server puts the time into the name of what it rotated. */
  private Path rotated() throws IOException {
    String prefix = file.getFileName().toString().replaceFirst("\\.log$", "-");
    try (Stream<Path> beside = Files.list(file.toAbsolutePath().getParent())) {
      return beside
          .filter(p -> p.getFileName().toString().startsWith(prefix))
          .max(Comparator.naturalOrder())
          .orElseThrow(() -> new IOException("what was rotated of " + file + " is not beside it"));
    }
  }

  private void read(Path log, long from, long to, List<Write> writes) throws IOException {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
      channel.position(from);
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      String inside = "\"namespace\":\"" + namespace + "\"";
      long at = from;
      for (String line = lines.readLine(); line != null && at < to; line = lines.readLine()) {
        at += line.getBytes(StandardCharsets.UTF_8).length + 1;
        // The log is read while it is written, so that a mark may be within a line.
        if (line.startsWith("{") && line.endsWith("}") && line.contains(inside)) {
          writes.add(read(mapper.readTree(line)));
        }
      }
    }
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
