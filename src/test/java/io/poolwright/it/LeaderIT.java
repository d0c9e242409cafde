package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.poolwright.api.job.JobState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two replicas and a Lease, under the shipped Role. */
class LeaderIT {

  @Test
  void anotherTakesOverWhenTheLeaderDies() {
    try (Space space = new Space("lead")) {
      space.kubelet().script(space.name(), "j-long", End.always(new End.Hang()));
      Tap firstTap = Tap.counting();
      Tap secondTap = Tap.counting();
      RunningOperator first = RunningOperator.start(space.api(), space.name(), firstTap, true);
      space.pool("p", 1, 1);
      space.jobInTurn("j", "p", 0, "long", "next");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());
      try (RunningOperator second =
          RunningOperator.start(space.api(), space.name(), secondTap, true)) {
        assertThat(second.tap().writes())
            .as("of one that does not lead")
            .noneMatch(w -> w.path().contains(space.name()));
        first.kill();
        space.kubelet().finish(space.name(), "j-long", End.SUCCESS);

        await("the second leads")
            .atMost(Duration.ofSeconds(60))
            .until(() -> space.job("j").stateOrActive() == JobState.COMPLETED);

        assertThat(space.job("j").getStatus().taskCounts().succeeded()).isEqualTo(2);
        assertThat(space.kubelet().ran(space.name())).hasSize(2);
      }
    }
  }
}
