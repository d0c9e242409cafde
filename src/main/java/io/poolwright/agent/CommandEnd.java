package io.poolwright.agent;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * How the task's command ended, as its runner wrote it down; without an exit code, it was killed
 * together with its runner.
 */
record CommandEnd(
    Optional<Integer> exitCode, Optional<Instant> startedAt, Optional<Instant> endedAt) {

  static CommandEnd read(Path run) {
    String[] times = text(run.resolve("times")).split(" ", -1);
    return new CommandEnd(exitCode(text(run.resolve("exit"))), time(times, 0), time(times, 1));
  }

  boolean killed() {
    return exitCode.isEmpty();
  }

  boolean succeeded() {
    return exitCode.isPresent() && exitCode.get() == 0;
  }

  // The command could write here: what is no number, or no plain file, counts as absent and is
  // never repeated.
  private static String text(Path file) {
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= 100) {
        return Files.readString(file).strip();
      }
    } catch (IOException unreadable) {
      return "";
    }
    return "";
  }

  private static Optional<Integer> exitCode(String text) {
    return text.matches("[0-9]{1,3}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
  }

  private static Optional<Instant> time(String[] times, int index) {
    if (index >= times.length || !times[index].matches("[0-9]{1,11}(\\.[0-9]{1,9})?")) {
      return Optional.empty();
    }
    return Optional.of(
        Instant.ofEpochMilli(new BigDecimal(times[index]).movePointRight(3).longValue()));
  }
}
