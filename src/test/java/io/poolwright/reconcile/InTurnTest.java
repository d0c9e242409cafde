package io.poolwright.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InTurnTest {
  private final RuntimeException first = new IllegalStateException("first");
  private final RuntimeException second = new IllegalStateException("second");

  @Test
  void whatFailsKeepsNothingFromBeingDoneAndIsThrownLast() {
    List<String> done = new ArrayList<>();
    InTurn steps = new InTurn();
    steps.take(() -> fail(first));
    steps.take(() -> done.add("a"));
    assertThat(steps.ask(() -> fail(second))).isEmpty();
    assertThat(steps.ask(() -> "b")).contains("b");

    assertThatThrownBy(steps::end).isSameAs(first).hasSuppressedException(second);
    assertThat(done).containsExactly("a");
  }

  private static String fail(RuntimeException with) {
    throw with;
  }

  @Test
  void whereNothingFailsNothingIsThrown() {
    InTurn steps = new InTurn();
    assertThat(steps.ask(() -> 1)).contains(1);
    steps.end();
  }
}
