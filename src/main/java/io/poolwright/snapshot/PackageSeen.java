package io.poolwright.snapshot;

import io.poolwright.api.apppackage.ApplicationPackage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the decision about one package looks at.
 *
 * @param checks all pods of the package that look at a version
 * @param refusal the last time that the API server refused such a pod; null where it took the last
 * @param startTimeout how long a pod may fail to start before that is its end
 */
public record PackageSeen(
    ApplicationPackage found,
    List<PodSeen> checks,
    @Nullable Refusal refusal,
    Duration startTimeout,
    Instant now) {
  public PackageSeen {
    checks = List.copyOf(checks);
  }

  public Optional<PodSeen> check(String name) {
    return checks.stream().filter(p -> p.name().equals(name)).findFirst();
  }
}
