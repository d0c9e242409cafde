package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.poolwright.snapshot.Refusal;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the API server refused last, by the object that it was for. It holds until the same is
 * allowed, or not wanted any more; another spec is another question.
 */
final class Refusals {
  private record Kept(@Nullable Long generation, Refusal refusal) {}

  private final Map<String, Kept> kept = new ConcurrentHashMap<>();
  private final Clock clock;

  Refusals(Clock clock) {
    this.clock = clock;
  }

  @Nullable Refusal of(HasMetadata owner) {
    Kept last = kept.get(owner.getMetadata().getUid());
    return last != null && Objects.equals(last.generation(), owner.getMetadata().getGeneration())
        ? last.refusal()
        : null;
  }

  /**
   * What came of one look at the owner.
   *
   * @param seen what the look knew
   * @param asked whether anything was asked of the API server; in the pause after a refusal nothing
   *     is
   * @return whether there is something new, to be said at once
   */
  boolean settle(
      HasMetadata owner, @Nullable Refusal seen, boolean asked, Optional<String> refused) {
    String uid = owner.getMetadata().getUid();
    if (refused.isPresent()) {
      kept.put(
          uid,
          new Kept(
              owner.getMetadata().getGeneration(), new Refusal(refused.get(), clock.instant())));
      return seen == null;
    }
    if (asked || seen == null || !seen.pauses(clock.instant())) {
      kept.remove(uid);
    }
    return false;
  }

  void forget(String uid) {
    kept.remove(uid);
  }
}
