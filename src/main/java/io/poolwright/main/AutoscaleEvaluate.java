package io.poolwright.main;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus.AutoScaleError;
import io.poolwright.autoscale.Evaluation;
import io.poolwright.autoscale.Formula;
import io.poolwright.autoscale.FormulaError;
import io.poolwright.cluster.LivePool;
import io.poolwright.plan.pool.Autoscaling;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
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

  /** Where the pool comes from, as it is at each request. */
  interface PoolSource {
    Pool read() throws LivePool.Unknown;
  }

  private final Clock clock;

  private final @Nullable PoolSource pool;

  /**
   * @param pool whose size and samples count; null where each request says its own
   */
  AutoscaleEvaluate(Clock clock, @Nullable PoolSource pool) {
    this.clock = clock;
    this.pool = pool;
  }

  void run(BufferedReader in, Writer out) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        out.write(JSON.writeValueAsString(answer(line)));
        out.write('\n');
        out.flush();
      }
    }
  }

  private ObjectNode answer(String line) {
    try {
      return pool == null
          ? answer(evaluation(AutoscaleRequest.read(JSON, line, clock)))
          : answer(line, pool.read());
    } catch (AutoscaleRequest.Invalid e) {
      return refused(null, "parse", "InvalidRequest", e.getMessage());
    } catch (LivePool.Unknown e) {
      return refused(null, "runtime", "PoolNotFound", e.getMessage());
    }
  }

  private static Evaluation evaluation(AutoscaleRequest request) {
    return Formula.evaluate(request.formula(), request.surroundings());
  }

  /** What the pool itself would refuse is no answer for it. */
  private ObjectNode answer(String line, Pool live) throws AutoscaleRequest.Invalid {
    Evaluation evaluation = evaluation(AutoscaleRequest.read(JSON, line, clock, live));
    Optional<AutoScaleError> refusal = Autoscaling.refusal(live.getSpec(), evaluation);
    return evaluation.error() != null || refusal.isEmpty()
        ? answer(evaluation)
        : refused(evaluation.results(), "runtime", refusal.get().code(), refusal.get().message());
  }

  private static ObjectNode refused(
      @Nullable String results, String kind, String code, @Nullable String message) {
    ObjectNode answer = targets(results, null, null);
    answer
        .putObject("error")
        .put("kind", kind)
        .put("code", code)
        .put("message", message)
        .putNull("line")
        .putNull("column");
    return answer;
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
