package io.poolwright.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.Job;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Until when the data of a factory's tasks is kept. */
class RetainedTest {
  private static final Instant END = Instant.parse("2026-03-01T12:00:00Z");

  private static Job job(String constraints, String ledger) {
    return Serialization.unmarshal(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Job
        metadata: {name: j}
        spec:
          poolInfo: {poolId: p}
          taskFactory:
            type: Repeat
            count: 3
            repeatTask: {commandLine: work%s}
        status:
          taskFactory: {size: 3%s}
        """
            .formatted(constraints, ledger),
        Job.class);
  }

  private static final String ENDED = ", lastEnd: '" + END + "'";

  @Test
  void onEveryNodeThatWasThereWhenTheLastEnded() {
    Job job = job(", constraints: {retentionTime: 1h}", ENDED);

    assertThat(Retained.until(job, END.minusSeconds(60))).contains(END.plusSeconds(3600));
    assertThat(Retained.until(job, END)).as("to the second").contains(END.plusSeconds(3600));
    assertThat(Retained.until(job, Instant.MIN)).contains(END.plusSeconds(3600));
  }

  @Test
  void notOnANodeThatCameAfterIt() {
    assertThat(Retained.until(job("", ENDED), END.plusSeconds(1))).isEmpty();
  }

  @Test
  void forSevenDaysUnlessGiven() {
    assertThat(Retained.until(job("", ENDED), Instant.MIN)).contains(END.plusSeconds(7 * 86_400));
  }

  @Test
  void notWhereNoneHasEnded() {
    assertThat(Retained.until(job("", ""), Instant.MIN)).isEmpty();
  }
}
