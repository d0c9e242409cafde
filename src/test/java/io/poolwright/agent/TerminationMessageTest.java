package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminationMessageTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "ü", "日", "😀", "\u0001", "\"", "\\", "\n", "\uD83D"})
  void fitsWhateverItIsMadeOf(String letter) throws Exception {
    AgentFailure failure =
        new AgentFailure("FileUploadMiscError", "m" + letter.repeat(5000), "spec.outputFiles[0]");
    ObjectNode message =
        TerminationMessage.object().put("exitCode", 1).put("stderrTail", letter.repeat(1024));
    message.set("failure", TerminationMessage.failure(failure));
    byte[] bytes = TerminationMessage.fit(message);
    assertThat(bytes).hasSizeLessThan(4096);
    JsonNode read = new ObjectMapper().readTree(bytes);
    assertThat(read.path("exitCode").asInt()).isEqualTo(1);
    assertThat(read.path("failure").path("code").asText()).isEqualTo("FileUploadMiscError");
    assertThat(read.path("failure").path("field").asText()).isEqualTo("spec.outputFiles[0]");
    assertThat(read.path("failure").path("message").asText())
        .startsWith("m" + (letter.equals("\uD83D") ? "" : letter));
    assertThat(new String(bytes, StandardCharsets.UTF_8)).doesNotContain("\uFFFD");
  }

  @Test
  void aShortMessageIsNotChanged() {
    ObjectNode message = TerminationMessage.object().put("stderrTail", "x".repeat(1024));
    assertThat(new String(TerminationMessage.fit(message), StandardCharsets.UTF_8))
        .isEqualTo(message.toString());
  }

  @Test
  void evenAnEnormousFieldFits() {
    AgentFailure failure = new AgentFailure("Code", "m".repeat(9000), "f".repeat(9000));
    assertThat(TerminationMessage.fit(TerminationMessage.failure(failure))).hasSizeLessThan(4096);
  }

  @Test
  void aTailBeginsWithAWholeCharacter() {
    byte[] text = "aü日😀".repeat(500).getBytes(StandardCharsets.UTF_8);
    for (int most = 1; most < 40; most++) {
      assertThat(TerminationMessage.tail(text, most)).doesNotContain("\uFFFD");
      assertThat(TerminationMessage.tail(text, most).getBytes(StandardCharsets.UTF_8).length)
          .isLessThanOrEqualTo(most);
    }
    assertThat(TerminationMessage.tail(new byte[0], 10)).isEmpty();
  }
}
