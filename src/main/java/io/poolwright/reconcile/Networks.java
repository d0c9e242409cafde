package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import io.poolwright.api.pool.Pool;
import io.poolwright.cluster.NetworkObjects;
import io.poolwright.cluster.PruningStore;
import io.poolwright.plan.pool.PoolNetwork;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.NetworkSeen;
import io.poolwright.snapshot.PoolSeen.Obstacle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Sees to it that a pool has its Service and its NetworkPolicy, or has them no longer. */
public final class Networks {
  /** What was refused is not tried again sooner. */
  private static final Duration PAUSE = Duration.ofSeconds(9);

  private final NetworkObjects objects;
  private final boolean isolates;
  private final Clock clock;

  /** By the UID of the pool. */
  private final Map<String, Refused> refused = new ConcurrentHashMap<>();

  private record Refused(
      NetworkSeen seen, List<PoolNetwork.Step> steps, Obstacle obstacle, Instant at) {}

  /**
   * @param isolates whether pools are kept apart from whatever does not belong to them
   */
  public Networks(NetworkObjects objects, boolean isolates, Clock clock) {
    this.objects = objects;
    this.isolates = isolates;
    this.clock = clock;
  }

  List<EventSource<?, Pool>> sources(EventSourceContext<Pool> context) {
    var services = source("pool-services", Service.class, context);
    var policies = source("pool-network-policies", NetworkPolicy.class, context);
    objects.watch(services, policies);
    return List.of(services, policies);
  }

  private static <T extends HasMetadata> InformerEventSource<T, Pool> source(
      String name, Class<T> kind, EventSourceContext<Pool> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(kind, Pool.class)
            .withName(name)
            .withLabelSelector(Names.ROLE + "=" + Names.ROLE_NETWORK)
            .withNamespacesInheritedFromController()
            .withInformerListLimit(500L)
            .withItemStore(
                PruningStore.ofResources(
                    context.getControllerConfiguration().getInformerConfig().getNamespaces()))
            .withSecondaryToPrimaryMapper(Mappers.fromOwnerReferences(Pool.class))
            .build(),
        context);
  }

  /** Returns what keeps the pool from having what it is to have. */
  @Nullable Obstacle settle(Pool pool) {
    String uid = pool.getMetadata().getUid();
    NetworkSeen seen = objects.see(pool);
    List<PoolNetwork.Step> steps = PoolNetwork.decide(pool, isolates, seen);
    Refused before = refused.get(uid);
    if (before != null
        && before.seen().equals(seen)
        && before.steps().equals(steps)
        && before.at().plus(PAUSE).isAfter(clock.instant())) {
      return before.obstacle();
    }
    for (PoolNetwork.Step step : steps) {
      Optional<Obstacle> obstacle = take(step, pool);
      if (obstacle.isPresent()) {
        refused.put(uid, new Refused(seen, steps, obstacle.get(), clock.instant()));
        return obstacle.get();
      }
    }
    refused.remove(uid);
    return null;
  }

  private Optional<Obstacle> take(PoolNetwork.Step step, Pool pool) {
    return switch (step) {
      case PoolNetwork.Make make -> objects.make(make.object(), pool);
      case PoolNetwork.Change change -> objects.change(change.object());
      case PoolNetwork.Remove remove -> objects.remove(remove.object());
    };
  }

  void forget(String pool) {
    refused.remove(pool);
  }
}
