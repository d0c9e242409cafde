package io.poolwright.chart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs the helm program on this chart. */
record Helm(Path program) {
  private static final Pattern SEPARATOR = Pattern.compile("(?m)^---$");
  private static final Pattern KIND = Pattern.compile("(?m)^kind:");

  /** What one run said. */
  record Answer(int exit, String output) {
    List<HasMetadata> objects() {
      KubernetesSerialization serialization = new KubernetesSerialization();
      List<HasMetadata> objects = new ArrayList<>();
      for (String document : SEPARATOR.split(output, -1)) {
        if (KIND.matcher(document).find()) {
          objects.add(serialization.unmarshal(document));
        }
      }
      return objects;
    }
  }

  /** POOLWRIGHT_HELM, or helm on the PATH, or the one that dev/cluster has built. */
  static Optional<Helm> find() {
    List<Path> places = new ArrayList<>();
    String given = System.getenv("POOLWRIGHT_HELM");
    if (given != null) {
      places.add(Path.of(given));
    }
    for (String directory : environment("PATH", "").split(File.pathSeparator, -1)) {
      places.add(Path.of(directory, "helm"));
    }
    places.addAll(built());
    return places.stream().filter(Files::isExecutable).findFirst().map(Helm::new);
  }

  Answer run(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Answer(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Answer template(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "template",
                "poolwright",
                Path.of("helm", "poolwright").toString(),
                "--namespace=poolwright-system",
                "--kube-version=1.31.0"));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private static List<Path> built() {
    Path cache =
        Path.of(environment("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache"))
            .resolve("poolwright/cluster");
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(cache)) {
      try (DirectoryStream<Path> tools = Files.newDirectoryStream(cache, "tools-*")) {
        tools.forEach(directory -> found.add(directory.resolve("helm")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  private static String environment(String name, String otherwise) {
    @Nullable String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
