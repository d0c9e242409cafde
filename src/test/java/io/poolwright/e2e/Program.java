package io.poolwright.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the machine, such as dev/cluster, run to its end. */
final class Program {
  private Program() {}

  /**
   * What it printed. Its output goes through a file: a child that it leaves behind must not keep us
   * waiting.
   */
  static String run(String... command) {
    Path output = null;
    try {
      output = Files.createTempFile("program", ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            List.of(command) + " did not end: " + Files.readString(output));
      }
      String said = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            List.of(command) + " ended with " + process.exitValue() + ": " + said);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(List.of(command) + " was interrupted", e);
    } finally {
      if (output != null) {
        output.toFile().delete();
      }
    }
  }
}
