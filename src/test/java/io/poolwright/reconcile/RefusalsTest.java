package io.poolwright.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.poolwright.api.pool.Pool;
import io.poolwright.snapshot.Refusal;
import io.poolwright.testing.FakeClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private final FakeClock clock = new FakeClock();
  private final Refusals refusals = new Refusals(clock);
  private final Pool pool = pool(1);

  private static Pool pool(long generation) {
    Pool pool = new Pool();
    pool.setMetadata(new ObjectMetaBuilder().withUid("u").withGeneration(generation).build());
    return pool;
  }

  private boolean look(boolean asked, Optional<String> refused) {
    return refusals.settle(pool, refusals.of(pool), asked, refused);
  }

  @Test
  void aRefusalIsNewsOnce() {
    assertThat(look(true, Optional.of("quota: 1 used"))).isTrue();
    clock.advance(Duration.ofSeconds(10));
    assertThat(look(true, Optional.of("quota: 2 used"))).isFalse();
    assertThat(refusals.of(pool)).isEqualTo(new Refusal("quota: 2 used", clock.instant()));
  }

  @Test
  void itHoldsInItsPauseAndUntilItIsAllowed() {
    look(true, Optional.of("quota"));
    look(false, Optional.empty());
    assertThat(refusals.of(pool)).isNotNull();
    clock.advance(Duration.ofSeconds(10));
    look(true, Optional.empty());
    assertThat(refusals.of(pool)).isNull();
  }

  @Test
  void itGoesWhenNothingIsWantedAnyMore() {
    look(true, Optional.of("quota"));
    clock.advance(Duration.ofSeconds(10));
    look(false, Optional.empty());
    assertThat(refusals.of(pool)).isNull();
  }

  @Test
  void anotherSpecIsAnotherQuestion() {
    look(true, Optional.of("quota"));
    assertThat(refusals.of(pool(2))).isNull();
  }
}
