package io.poolwright.plan.pool;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.poolwright.api.pool.Pool;
import io.poolwright.pods.Owners;
import io.poolwright.pods.PoolNetworks;
import io.poolwright.snapshot.NetworkSeen;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is to be done about the Service and the NetworkPolicy of a pool. */
public final class PoolNetwork {
  private final String pool;

  private PoolNetwork(String pool) {
    this.pool = pool;
  }

  /** One write. */
  public sealed interface Step {
    HasMetadata object();
  }

  public record Make(HasMetadata object) implements Step {}

  public record Change(HasMetadata object) implements Step {}

  public record Remove(HasMetadata object) implements Step {}

  /**
   * @param isolates whether pools are kept apart from whatever does not belong to them
   */
  public static List<Step> decide(Pool pool, boolean isolates, NetworkSeen seen) {
    PoolNetwork network = new PoolNetwork(pool.getMetadata().getUid());
    Service service = pool.getSpec().joins() ? PoolNetworks.service(pool) : null;
    NetworkPolicy policy = isolates ? PoolNetworks.policy(pool) : null;
    // First nobody else gets in, then pods are told where to find each other.
    return Stream.of(
            network.step(policy, seen.policy(), PoolNetwork::changed),
            network.step(service, seen.service(), PoolNetwork::changed))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * @param changed what is there, as it is to be
   */
  private <T extends HasMetadata> Optional<Step> step(
      @Nullable T wanted, @Nullable T there, BinaryOperator<T> changed) {
    if (there == null || !isOurs(there)) {
      return Optional.ofNullable(wanted).map(Make::new);
    }
    if (there.getMetadata().getDeletionTimestamp() != null) {
      // Another is made once it is gone.
      return Optional.empty();
    }
    if (wanted == null) {
      return Optional.of(new Remove(there));
    }
    T now = changed.apply(wanted, there);
    return now.equals(there) ? Optional.empty() : Optional.of(new Change(now));
  }

  private boolean isOurs(HasMetadata there) {
    return Owners.own(there, pool);
  }

  /** The API server puts more into a Service than it was given. */
  private static Service changed(Service wanted, Service there) {
    return new ServiceBuilder(there)
        .editSpec()
        .withSelector(wanted.getSpec().getSelector())
        .withPublishNotReadyAddresses(wanted.getSpec().getPublishNotReadyAddresses())
        .endSpec()
        .build();
  }

  private static NetworkPolicy changed(NetworkPolicy wanted, NetworkPolicy there) {
    return new NetworkPolicyBuilder(there).withSpec(wanted.getSpec()).build();
  }
}
