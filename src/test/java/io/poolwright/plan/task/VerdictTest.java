package io.poolwright.plan.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.plan.Shown;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.testing.Goldens;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a task pod says of its attempt. The cases are in src/test/resources/Verdict. */
class VerdictTest {

  @TestFactory
  Stream<DynamicTest> verdicts() {
    return Goldens.plans(
        "Verdict",
        seen -> {
          PodSeen pod = seen.podsSeen().getFirst();
          Verdict verdict = Verdict.of(pod, seen.startTimeout(), seen.now());
          assertThat(Verdict.of(pod, seen.startTimeout(), seen.now()))
              .as("the same pod at the same time")
              .isEqualTo(verdict);
          return Shown.of(verdict);
        });
  }
}
