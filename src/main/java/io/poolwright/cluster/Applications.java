package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.poolwright.api.ApplicationPackageReference;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.PackageSeen;
import io.poolwright.snapshot.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The part of the world that is packages, and the pods that look at them. */
public final class Applications {
  private final Clock clock;
  private final Duration startTimeout;
  private final Statuses statuses;
  private @Nullable IndexerResourceCache<ApplicationPackage> packages;
  private @Nullable InformerEventSource<Pod, ApplicationPackage> checks;

  public Applications(Clock clock, Duration startTimeout, Statuses statuses) {
    this.clock = clock;
    this.startTimeout = startTimeout;
    this.statuses = statuses;
  }

  public void packages(
      IndexerResourceCache<ApplicationPackage> cache,
      InformerEventSource<Pod, ApplicationPackage> pods) {
    packages = cache;
    checks = pods;
  }

  /** A look that comes before its event must not find it missing and make another. */
  public void madeCheck(Pod pod) {
    Objects.requireNonNull(checks).handleRecentResourceCreate(ResourceID.fromResource(pod), pod);
  }

  public Map<String, ApplicationPackage> of(Pool pool) {
    return of(
        pool.getMetadata().getNamespace(), pool.getSpec().applicationPackageReferences().stream());
  }

  /** Those of the task, and of its pool where its pod has to bring them along. */
  public Map<String, ApplicationPackage> of(Task task, @Nullable Pool pool) {
    Stream<ApplicationPackageReference> ofPool =
        pool == null || pool.getSpec().node().directoryOrDefault().shared()
            ? Stream.of()
            : pool.getSpec().applicationPackageReferences().stream();
    return of(
        task.getMetadata().getNamespace(),
        Stream.concat(task.getSpec().applicationPackageReferences().stream(), ofPool));
  }

  /**
   * Those that these references name and that exist. What cannot be read counts as absent here; its
   * own reconciler says so.
   */
  private Map<String, ApplicationPackage> of(
      String namespace, Stream<ApplicationPackageReference> references) {
    Map<String, ApplicationPackage> found = new HashMap<>();
    references
        .map(ApplicationPackageReference::applicationId)
        .distinct()
        .forEach(name ->
            Objects.requireNonNull(packages, "the operator has not started")
                .get(new ResourceID(name, namespace))
                .filter(p -> p.getSpec() != null)
                .map(p -> statuses.latest(p, ApplicationPackage.class))
                .ifPresent(p -> found.put(name, p)));
    return found;
  }

  /**
   * @param refusal what the API server said when it last refused a pod of this package
   */
  public PackageSeen see(ApplicationPackage found, @Nullable Refusal refusal) {
    String uid = found.getMetadata().getUid();
    List<Pod> own =
        Objects.requireNonNull(checks).getSecondaryResources(found).stream()
            .filter(p -> Owners.own(p, uid))
            .toList();
    return new PackageSeen(
        found, own.stream().map(PodReader::read).toList(), refusal, startTimeout, clock.instant());
  }
}
