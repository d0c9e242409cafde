package io.poolwright.plan.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.Job;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which jobs let what runs of them run on. */
class StopsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                 | {}                                   | false",
        "{desiredState: Terminated}                         | {}                                   | true",
        "{}                                                 | {state: Terminating}                 | true",
        "{}                                                 | {state: Completed}                   | true",
        "{desiredState: Disabled}                           | {}                                   | true",
        "{desiredState: Disabled, disableTasks: Wait}       | {}                                   | false",
        "{desiredState: Disabled, disableTasks: Terminate}  | {}                                   | true",
        "{}                                                 | {exitActions: {disabledBy: a}}       | true",
      })
  void whatAJobSays(String spec, String status, boolean stops) {
    Job job =
        Serialization.unmarshal(
            """
            apiVersion: poolwright.io/v1alpha1
            kind: Job
            metadata: {name: j}
            spec: %s
            status: %s
            """
                .formatted(spec, status),
            Job.class);
    assertThat(Stops.all(job)).isEqualTo(stops);
  }

  @Test
  void oneThatIsGone() {
    assertThat(Stops.all(null)).isTrue();
  }
}
