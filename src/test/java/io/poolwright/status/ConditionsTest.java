package io.poolwright.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.poolwright.api.Condition;
import io.poolwright.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final String T0 = "2026-03-01T12:00:00Z";
  private static final String T1 = "2026-03-01T12:00:30Z";

  private final FakeClock clock = new FakeClock();

  private Conditions after(List<Condition> before) {
    return new Conditions(before, 3L, clock.instant());
  }

  private static Map<String, String> statuses(List<Condition> conditions) {
    return conditions.stream().collect(Collectors.toMap(Condition::type, Condition::status));
  }

  private static Map<String, String> times(List<Condition> conditions) {
    return conditions.stream()
        .collect(Collectors.toMap(Condition::type, Condition::lastTransitionTime));
  }

  /** Reconciling: InProgress. Stalled: Failed. Neither and Ready: Current. Never two of them. */
  @Test
  void eachStateIsOneThatKstatusTellsApart() {
    assertThat(statuses(after(List.of()).progressing(Reason.Resizing, "m")))
        .isEqualTo(Map.of("Ready", "False", "Reconciling", "True", "Stalled", "False"));
    assertThat(statuses(after(List.of()).ready(Reason.Steady, "m")))
        .isEqualTo(Map.of("Ready", "True", "Reconciling", "False", "Stalled", "False"));
    assertThat(statuses(after(List.of()).stalled(Reason.ImageMissing, "m")))
        .isEqualTo(Map.of("Ready", "False", "Reconciling", "False", "Stalled", "True"));
    assertThat(statuses(after(List.of()).completed(true, "Succeeded", "m")))
        .isEqualTo(
            Map.of(
                "Ready", "True", "Reconciling", "False", "Stalled", "False", "Completed", "True"));
    assertThat(statuses(after(List.of()).completed(false, "FailureExitCode", "m")))
        .isEqualTo(
            Map.of(
                "Ready", "False", "Reconciling", "False", "Stalled", "True", "Completed", "True"));
  }

  @Test
  void everyConditionHasAReasonAndTheGenerationThatWasSeen() {
    assertThat(after(List.of()).progressing(Reason.Resizing, "1 of 2 nodes ready"))
        .allSatisfy(c -> {
          assertThat(c.reason()).isEqualTo("Resizing");
          assertThat(c.observedGeneration()).isEqualTo(3L);
        });
  }

  @Test
  void theTransitionTimeChangesOnlyWithTheStatus() {
    List<Condition> first = after(List.of()).progressing(Reason.Resizing, "0 of 2");
    clock.advance(Duration.ofSeconds(30));

    List<Condition> sameStatus = after(first).progressing(Reason.NodesUnschedulable, "no room");
    List<Condition> ready = after(sameStatus).ready(Reason.Steady, "2 of 2");

    assertThat(times(sameStatus)).isEqualTo(Map.of("Ready", T0, "Reconciling", T0, "Stalled", T0));
    assertThat(sameStatus.getFirst().reason()).isEqualTo("NodesUnschedulable");
    assertThat(times(ready)).isEqualTo(Map.of("Ready", T1, "Reconciling", T1, "Stalled", T0));
  }

  @Test
  void timesAreWholeSeconds() {
    clock.advance(Duration.ofNanos(123_456_789));

    assertThat(after(List.of()).ready(Reason.Steady, "").getFirst().lastTransitionTime())
        .isEqualTo(T0);
  }

  @Test
  void sayingTheSameAgainChangesNothing() {
    List<Condition> first = after(List.of()).stalled(Reason.ImageMissing, "m");
    clock.advance(Duration.ofHours(1));

    assertThat(after(first).stalled(Reason.ImageMissing, "m")).isEqualTo(first);
  }

  @Test
  void conditionsOfOthersStayAndOursThatNoLongerApplyGo() {
    Condition foreign = new Condition("example.org/Approved", "True", "Yes", "", T0, 1L);
    List<Condition> before = List.of(foreign, new Condition("Completed", "True", "x", "", T0, 1L));

    assertThat(after(before).progressing(Reason.Running, ""))
        .extracting(Condition::type)
        .containsExactly("Ready", "Reconciling", "Stalled", "example.org/Approved");
  }

  @Test
  void aLongMessageIsCutAndStillKnownAsSaid() {
    String endless = "x".repeat(40_000);

    List<Condition> said = after(List.of()).stalled(Reason.PodRejected, endless);

    assertThat(said.getFirst().message()).hasSize(Conditions.MESSAGE_LIMIT).endsWith("…");
    assertThat(Conditions.says(said, Reason.PodRejected, endless)).isTrue();
    assertThat(Conditions.says(said, Reason.PodRejected, "y")).isFalse();
    assertThat(Conditions.says(said, Reason.ImageMissing, endless)).isFalse();
    assertThat(Conditions.says(List.of(), Reason.PodRejected, endless)).isFalse();
  }
}
