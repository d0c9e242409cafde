package io.poolwright.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps the table in docs/configuration.md equal to the keys in the code. */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("docs", "configuration.md");
  private static final String BEGIN = "<!-- keys: begin -->\n";
  private static final String END = "<!-- keys: end -->\n";

  @Test
  void pageListsExactlyTheKeysOfTheCode() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    String table = table();

    // To renew the page after a change of ConfigKey: mvn test -Dpoolwright.docs.write=true
    if (Boolean.getBoolean("poolwright.docs.write")) {
      Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(end));
      return;
    }

    assertThat(page.substring(begin, end)).isEqualTo(table);
  }

  private static String table() {
    StringBuilder table =
        new StringBuilder("| variable | default | accepted | meaning |\n|---|---|---|---|\n");
    for (ConfigKey key : ConfigKey.values()) {
      String defaultValue = key.defaultValue();
      String shown =
          defaultValue == null
              ? "(required)"
              : defaultValue.isEmpty() ? "(empty)" : "`" + defaultValue + "`";
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(key.variable(), shown, key.accepted(), key.meaning()));
    }
    return table.toString();
  }
}
