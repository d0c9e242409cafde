package io.poolwright.plan.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.autoscale.Metric;
import io.poolwright.snapshot.PoolLoad;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandTest {
  @Test
  void whatIsSaidToBeSampledIs() {
    assertThat(new Demand(PoolLoad.NONE, List.of(), List.of(), 1).readings().keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Metric.values()).filter(Metric::isSampled).toList());
  }
}
