package io.poolwright.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.pool.Pool;
import io.poolwright.cluster.Clients;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** A formula tried on a pool: what the pool would refuse, the tool refuses in the same words. */
class AutoscaleEvaluateTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

  private static String onPool(String spec, String request) throws IOException {
    Pool pool =
        Clients.serialization()
            .unmarshal(
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"enableAutoScale\":true,"
                    + spec
                    + "\"node\":{\"size\":{\"cpu\":\"1\",\"memory\":\"1Gi\"},\"image\":\"a\"}}}",
                Pool.class);
    StringWriter out = new StringWriter();
    new AutoscaleEvaluate(NOON, () -> pool).run(new BufferedReader(new StringReader(request)), out);
    return out.toString();
  }

  @Test
  void aSizeThatNoPoolHas() throws IOException {
    assertThat(onPool("", "{\"formula\":\"$TargetDedicatedNodes = 10001\"}"))
        .contains(
            "\"targets\":{\"dedicated\":null,\"lowPriority\":null}",
            "\"kind\":\"runtime\",\"code\":\"AutoScalingFormulaEvaluationError\"",
            "a pool has at most 10000 nodes of each kind");
  }

  @Test
  void spotNodesWhereNobodySaysWhatTheyAre() throws IOException {
    String two = "{\"formula\":\"$TargetLowPriorityNodes = 2\"}";
    assertThat(onPool("", two))
        .contains("\"lowPriority\":null", "\"kind\":\"runtime\"", "spec.spot does not say");
    assertThat(onPool("\"spot\":{\"nodeSelector\":{\"a\":\"b\"}},", two))
        .contains("\"lowPriority\":2", "\"error\":null");
  }

  @Test
  void aVariableThatIsNotSampled() throws IOException {
    assertThat(onPool("", "{\"formula\":\"$TargetDedicatedNodes = min(20, $CPUPercent)\"}"))
        .contains("\"kind\":\"samples\",\"code\":\"VariableNotSampled\"");
  }
}
