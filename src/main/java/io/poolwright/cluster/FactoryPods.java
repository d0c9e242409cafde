package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.board.Key;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The pods of factories' tasks. They belong to their jobs: there is no object between. */
public final class FactoryPods {
  private static final String BY_NODE = "node";

  private @Nullable InformerEventSource<Pod, Job> pods;

  /** Its pods have to be those with the label {@link Names#INDEX} alone. */
  public void source(InformerEventSource<Pod, Job> source) {
    source.addIndexers(
        Map.of(
            BY_NODE,
            p -> {
              String node = p.getMetadata().getLabels().get(Names.NODE);
              return node == null
                  ? List.of()
                  : List.of(p.getMetadata().getNamespace() + "/" + node);
            }));
    pods = source;
  }

  private InformerEventSource<Pod, Job> all() {
    return Objects.requireNonNull(pods, "the operator has not started");
  }

  /** By the UID of their owner: a job of the same name, gone before, may have left pods. */
  public List<Pod> of(Job job) {
    String uid = job.getMetadata().getUid();
    return all().getSecondaryResources(job).stream().filter(p -> Owners.own(p, uid)).toList();
  }

  /** A look that comes before its event must not ask for it. */
  public void made(Pod pod) {
    all().handleRecentResourceCreate(ResourceID.fromResource(pod), pod);
  }

  /** Those that we still hold. */
  public Stream<Pod> held() {
    return all().list(p -> PodReader.read(p).held());
  }

  List<Pod> on(String namespace, String node) {
    return all().byIndex(BY_NODE, namespace + "/" + node);
  }

  /** Jobs whose factories' tasks have pods on this node. */
  public List<Key> jobsOn(Pool pool, String node) {
    String namespace = pool.getMetadata().getNamespace();
    return on(namespace, node).stream()
        .flatMap(p -> p.getMetadata().getOwnerReferences().stream())
        .filter(o -> o.getKind().equals(HasMetadata.getKind(Job.class)))
        .map(OwnerReference::getName)
        .distinct()
        .map(j -> new Key(namespace, j))
        .toList();
  }
}
