package io.poolwright.factory;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.TaskFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A job's list and one that is given to the tool make the same tasks, by the same ids. */
class ListedFactoryTest {
  private static final TaskFactory SPEC =
      Serialization.unmarshal(
          """
          type: TaskPerFile
          source: {autoStorageContainerName: photos, prefix: in/}
          repeatTask:
            displayName: "{fileNameWithoutExtension}"
            command: [convert, "{filePath}", "{fileName}"]
            environmentSettings: [{name: FROM, value: "{url}"}]
            resourceFiles: [{httpUrl: "{url}", filePath: "{fileName}"}]
            outputFiles:
              - {filePattern: "*.png", destination: {container: {path: "{filePath}"}}}
          mergeTask: {commandLine: merge}
          """,
          TaskFactory.class);

  @Test
  void theyAreTheSame() throws InvalidFactory {
    // As the store lists them: by bytes, in which the last two are not in the order of Java.
    List<String> listed =
        List.of(
            "in/",
            "in/B.x",
            "in/a b.tar.gz",
            "in/b",
            "in/d/",
            "in/d/c",
            "in/\uFF5E",
            "in/\uD83D\uDE00");
    List<String> shuffled = new java.util.ArrayList<>(listed);
    Collections.reverse(shuffled);
    Factory ofTool = Factory.of(SPEC, Listing.of(shuffled));
    List<String> files =
        listed.stream().filter(k -> !k.endsWith("/")).sorted(ListedFactoryTest::byBytes).toList();
    for (boolean known : new boolean[] {true, false}) {
      Factory ofJob = Factory.ofListed(SPEC, files, known);
      assertThat(ofJob.size()).isEqualTo(ofTool.size()).isEqualTo(6);
      assertThat(ofJob.mergeTask()).isEqualTo(ofTool.mergeTask());
      for (int i = 0; i < 6; i++) {
        assertThat(ofJob.task(i)).isEqualTo(ofTool.task(i));
      }
    }
  }

  private static int byBytes(String one, String other) {
    return Arrays.compareUnsigned(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
