package io.poolwright.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharesTest {

  @ParameterizedTest
  @CsvSource({
    // resource, size, slots, slots per node, share
    "cpu, 4, 1, 1, 4000m",
    "cpu, 4, 1, 4, 1000m",
    "cpu, 4, 3, 4, 3000m",
    "cpu, 1, 1, 3, 333m",
    "cpu, 500m, 1, 2, 250m",
    "cpu, 1m, 1, 4, 1m",
    "cpu, 0.1, 1, 1, 100m",
    "memory, 16Gi, 1, 4, 4294967296",
    "memory, 1Gi, 1, 3, 357913941",
    "memory, 1G, 2, 4, 500000000",
    "memory, 1024, 1, 1, 1024",
    "memory, 128974848000m, 1, 1, 128974848",
    "ephemeral-storage, 10Gi, 1, 2, 5368709120"
  })
  void isThePartOfTheNode(String resource, String size, int slots, int perNode, String share) {
    assertThat(Shares.of(Map.of(resource, Quantity.parse(size)), slots, perNode))
        .containsExactly(Map.entry(resource, Quantity.parse(share)));
  }

  @Test
  void theSharesOfAllSlotsTogetherAreNotMoreThanTheNode() {
    Map<String, Quantity> size =
        Map.of("cpu", Quantity.parse("7"), "memory", Quantity.parse("13Gi"));
    for (int perNode = 1; perNode <= 256; perNode++) {
      Map<String, Quantity> share = Shares.of(size, 1, perNode);
      for (String resource : size.keySet()) {
        assertThat(
                share
                    .get(resource)
                    .getNumericalAmount()
                    .multiply(java.math.BigDecimal.valueOf(perNode)))
            .isLessThanOrEqualTo(size.get(resource).getNumericalAmount());
      }
    }
  }
}
