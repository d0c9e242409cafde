package io.poolwright.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The CRDs in crds/ and in the chart are those of the annotated classes. -Dgolden.update=true
 * writes them anew.
 */
class CrdsTest {
  private static final List<Path> COPIES =
      List.of(Path.of("crds"), Path.of("helm/poolwright/files/crds"));

  @Test
  void everyCopyIsWhatTheClassesSay() throws IOException {
    Map<String, String> made = CrdFiles.generate();
    for (Path directory : COPIES) {
      if (Boolean.getBoolean("golden.update")) {
        write(directory, made);
      }
      assertThat(read(directory)).as("%s", directory).isEqualTo(made);
    }
  }

  private static void write(Path directory, Map<String, String> made) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, String> file : made.entrySet()) {
      Files.writeString(directory.resolve(file.getKey()), file.getValue());
    }
  }

  private static Map<String, String> read(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.list(directory)) {
      for (Path file : found.filter(f -> f.toString().endsWith(".yaml")).toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return files;
  }
}
