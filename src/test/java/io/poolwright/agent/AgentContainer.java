package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.poolwright.storage.LocalStore;
import io.poolwright.storage.Pause;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task's container around the agent: its directories, its Secret, its environment, and what it
 * says.
 */
abstract class AgentContainer {
  static LocalStore server = null;
  @TempDir Path dir;
  Path wd = Path.of("/");
  final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeAll
  static void startStore() throws Exception {
    server = new LocalStore();
  }

  @AfterAll
  static void stopStore() {
    server.close();
  }

  @BeforeEach
  void container() throws IOException {
    wd = Files.createDirectories(dir.resolve("task/wd"));
    Files.createDirectories(dir.resolve("run"));
    server.secret(dir.resolve("storage"));
    environment.put("AZ_BATCH_TASK_DIR", dir.resolve("task").toString());
    environment.put("AZ_BATCH_TASK_WORKING_DIR", wd.toString());
    environment.put("POOLWRIGHT_RUN", dir.resolve("run").toString());
    environment.put("POOLWRIGHT_STORAGE_DIR", dir.resolve("storage").toString());
    environment.put("POOLWRIGHT_TERMINATION_LOG", dir.resolve("termination-log").toString());
    environment.put("POOLWRIGHT_STORAGE_PATIENCE_SECONDS", "20");
  }

  @AfterEach
  void nothingSecretWasSaid() throws IOException {
    String message =
        Files.exists(dir.resolve("termination-log"))
            ? Files.readString(dir.resolve("termination-log"))
            : "";
    assertThat(said() + message)
        .doesNotContain(server.secretKey())
        .doesNotContain("X-Amz-Signature");
    assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(4096);
  }

  int run(String verb) {
    PrintStream log = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new Agent(new Surroundings(Map.copyOf(environment), log, Pause.REAL)).run(verb);
  }

  String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  JsonNode message() throws IOException {
    return new ObjectMapper().readTree(dir.resolve("termination-log").toFile());
  }

  /** JSON with single quotes, which read better in a test. */
  void ask(String variable, String json) {
    environment.put(variable, json.replace('\'', '"'));
  }

  void removeSecret() throws IOException {
    Unpacking.remove(dir.resolve("storage"));
  }
}
