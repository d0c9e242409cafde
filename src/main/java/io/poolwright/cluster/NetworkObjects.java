package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.poolwright.api.pool.Pool;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.NetworkSeen;
import io.poolwright.snapshot.PoolSeen.Obstacle;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The Services and NetworkPolicies of pools. Owners are checked by UID. */
public final class NetworkObjects {
  private final KubernetesClient client;
  private @Nullable InformerEventSource<Service, Pool> services;
  private @Nullable InformerEventSource<NetworkPolicy, Pool> policies;

  public NetworkObjects(KubernetesClient client) {
    this.client = client;
  }

  public void watch(
      InformerEventSource<Service, Pool> ofServices,
      InformerEventSource<NetworkPolicy, Pool> ofPolicies) {
    services = ofServices;
    policies = ofPolicies;
  }

  public NetworkSeen see(Pool pool) {
    ResourceID id =
        new ResourceID(
            Names.network(pool.getMetadata().getName()), pool.getMetadata().getNamespace());
    return new NetworkSeen(
        Objects.requireNonNull(services).get(id).orElse(null),
        Objects.requireNonNull(policies).get(id).orElse(null));
  }

  /** Makes it, or finds it made; what is in the way, if something is. */
  public Optional<Obstacle> make(HasMetadata wanted, Pool owner) {
    try {
      remember(client.resource(wanted).create());
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return ApiErrors.alreadyExists(e) ? existing(wanted, owner) : refused(wanted, e);
    }
  }

  private Optional<Obstacle> existing(HasMetadata wanted, Pool owner) {
    HasMetadata found = client.resource(wanted).get();
    if (found == null || !Owners.own(found, owner.getMetadata().getUid())) {
      return Optional.of(
          new Obstacle(
              true,
              "A "
                  + nameOf(wanted)
                  + " exists and does not belong to this pool; delete it, or give the pool another name"));
    }
    // The watch does not know it yet, or somebody took the label off by which it is watched.
    Map<String, String> labels = new HashMap<>(wanted.getMetadata().getLabels());
    found.getMetadata().getLabels().forEach(labels::putIfAbsent);
    found.getMetadata().setLabels(labels);
    return change(found);
  }

  /** Writes it, on condition that it is as it was seen. */
  public Optional<Obstacle> change(HasMetadata object) {
    try {
      remember(client.resource(object).update());
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return leftAlone(e) ? Optional.empty() : refused(object, e);
    }
  }

  /** The same for its removal. */
  public Optional<Obstacle> remove(HasMetadata object) {
    try {
      client
          .resource(object)
          .lockResourceVersion(object.getMetadata().getResourceVersion())
          .delete();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return leftAlone(e) ? Optional.empty() : refused(object, e);
    }
  }

  /** It is not as it was seen: the event of that is on the way. */
  private static boolean leftAlone(KubernetesClientException e) {
    return ApiErrors.isAbsent(e) || ApiErrors.isConflict(e);
  }

  private static Optional<Obstacle> refused(HasMetadata object, KubernetesClientException e) {
    if (ApiErrors.isRefused(e)) {
      return Optional.of(
          new Obstacle(false, "The " + nameOf(object) + " was refused: " + ApiErrors.message(e)));
    }
    throw e;
  }

  private static String nameOf(HasMetadata object) {
    return object.getKind() + " named " + object.getMetadata().getName();
  }

  /** A look that comes before its event must not write it again. */
  private void remember(HasMetadata now) {
    ResourceID id = ResourceID.fromResource(now);
    switch (now) {
      case Service service -> remember(Objects.requireNonNull(services), id, service);
      case NetworkPolicy policy -> remember(Objects.requireNonNull(policies), id, policy);
      default -> throw new IllegalArgumentException(now.getKind());
    }
  }

  private static <T extends HasMetadata> void remember(
      InformerEventSource<T, Pool> of, ResourceID id, T now) {
    Optional<T> before = of.get(id);
    if (before.isPresent()) {
      of.handleRecentResourceUpdate(id, now, before.get());
    } else {
      of.handleRecentResourceCreate(id, now);
    }
  }
}
