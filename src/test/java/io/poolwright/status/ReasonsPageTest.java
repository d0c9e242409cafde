package io.poolwright.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/reasons.md is what {@link Reason} says. {@code -Dgolden.update=true} writes it anew. */
class ReasonsPageTest {
  private static final Path PAGE = Path.of("docs", "reasons.md");

  @Test
  void pageListsExactlyTheReasonsOfTheCode() throws IOException {
    String page = page();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, page);
    }

    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  @Test
  void everyReasonIsNamedAndExplainedAsTheConventionsOfKubernetesWant() {
    assertThat(Reason.values())
        .allSatisfy(reason -> {
          assertThat(reason.name()).matches("[A-Z][A-Za-z]+");
          assertThat(reason.meaning()).endsWith(".").hasSizeLessThan(200);
          assertThat(reason.kinds())
              .matches("any|((Pool|Job|JobSchedule|Task|ApplicationPackage)(, )?)+");
        });
  }

  private static String page() {
    String rows =
        Arrays.stream(Reason.values())
            .sorted(Comparator.comparing(Reason::name))
            .map(r -> "| `" + r.name() + "` | " + r.kinds() + " | " + r.meaning() + " |\n")
            .collect(Collectors.joining());
    return """
    # Reasons

    Every condition and every event of Poolwright has one of these reasons. They are part of the API: scripts may compare them.
    `kubectl get` shows the reason of the condition `Ready` in the column REASON; `-o wide` shows its message as well.

    A task that has failed shows the code of its `status.executionInfo.failureInfo` as the reason, for instance `FailureExitCode`,
    `BlobNotFound` or `OOMKilled`; its event has the reason `Failed`.

    | reason | kinds | meaning |
    |---|---|---|
    """
        + rows;
  }
}
