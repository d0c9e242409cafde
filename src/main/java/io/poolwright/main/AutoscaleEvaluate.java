package io.poolwright.main;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.poolwright.autoscale.Evaluation;
import io.poolwright.autoscale.Formula;
import io.poolwright.autoscale.FormulaError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.time.Clock;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Azure's evaluateautoscale without a service: one JSON request a line, one answer a line, each
 * flushed before the next request is read. Blank lines are skipped; a line that is no request is
 * answered with an error too.
 */
final class AutoscaleEvaluate {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Clock clock;

  AutoscaleEvaluate(Clock clock) {
    this.clock = clock;
  }

  void run(BufferedReader in, Writer out) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        out.write(JSON.writeValueAsString(answer(line, clock)));
        out.write('\n');
        out.flush();
      }
    }
  }

  private static ObjectNode answer(String line, Clock clock) {
    try {
      AutoscaleRequest request = AutoscaleRequest.read(JSON, line, clock);
      return answer(Formula.evaluate(request.formula(), request.surroundings()));
    } catch (AutoscaleRequest.Invalid e) {
      ObjectNode answer = targets(null, null, null);
      answer
          .putObject("error")
          .put("kind", "parse")
          .put("code", "InvalidRequest")
          .put("message", e.getMessage())
          .putNull("line")
          .putNull("column");
      return answer;
    }
  }

  private static ObjectNode answer(Evaluation evaluation) {
    ObjectNode answer =
        targets(evaluation.results(), evaluation.dedicated(), evaluation.lowPriority());
    FormulaError error = evaluation.error();
    if (error == null) {
      return answer.putNull("error");
    }
    answer
        .putObject("error")
        .put("kind", error.kind().name().toLowerCase(Locale.ROOT))
        .put("code", error.code())
        .put("message", error.message())
        .put("line", error.line())
        .put("column", error.column());
    return answer;
  }

  private static ObjectNode targets(
      @Nullable String results, @Nullable Integer dedicated, @Nullable Integer lowPriority) {
    ObjectNode answer = JSON.createObjectNode().put("results", results);
    answer.putObject("targets").put("dedicated", dedicated).put("lowPriority", lowPriority);
    return answer;
  }
}
