package io.poolwright.agent;

import io.poolwright.storage.Patience;
import io.poolwright.storage.Pause;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the agent finds around it in its container: the environment, the mounts, and how to wait.
 */
record Surroundings(Map<String, String> environment, PrintStream log, Pause pause) {

  Optional<String> variable(String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value);
  }

  String required(String name) {
    return variable(name)
        .orElseThrow(
            () -> new IllegalStateException("The environment variable " + name + " is not set."));
  }

  Path storage() {
    return Path.of(variable("POOLWRIGHT_STORAGE_DIR").orElse("/poolwright/storage"));
  }

  Path run() {
    return Path.of(variable("POOLWRIGHT_RUN").orElse("/poolwright/run"));
  }

  Path terminationLog() {
    return Path.of(variable("POOLWRIGHT_TERMINATION_LOG").orElse("/dev/termination-log"));
  }

  Path taskDirectory() {
    return Path.of(required("AZ_BATCH_TASK_DIR"));
  }

  Path workingDirectory() {
    return Path.of(required("AZ_BATCH_TASK_WORKING_DIR"));
  }

  Patience patience() {
    long seconds =
        variable("POOLWRIGHT_STORAGE_PATIENCE_SECONDS").map(Long::parseLong).orElse(300L);
    return new Patience(
        Duration.ofSeconds(seconds), Integer.MAX_VALUE, pause, System::nanoTime, this::say);
  }

  void say(String line) {
    log.println("poolwright: " + line);
  }
}
