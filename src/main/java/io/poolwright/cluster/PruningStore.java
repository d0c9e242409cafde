package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an informer keeps: objects without what nobody reads. A pod keeps a fifth of its size. It
 * says that its state is full, so that handlers see no half of the list at start.
 */
public final class PruningStore<T extends HasMetadata> implements ItemStore<T> {
  private final ConcurrentHashMap<String, T> items = new ConcurrentHashMap<>();
  private final Consumer<T> prune;

  public PruningStore(Consumer<T> prune) {
    this.prune = prune;
  }

  /**
   * None for several namespaces: each has an informer of its own, which would throw out of the one
   * store what the others have listed.
   */
  public static <R extends HasMetadata> @Nullable PruningStore<R> ofResources(
      Collection<String> namespaces) {
    return namespaces.size() > 1
        ? null
        : new PruningStore<>(r -> r.getMetadata().setManagedFields(null));
  }

  /** The same for pods. */
  public static @Nullable PruningStore<Pod> ofPods(Collection<String> namespaces) {
    return namespaces.size() > 1 ? null : new PruningStore<>(PruningStore::prunePod);
  }

  private static void prunePod(Pod pod) {
    pod.getMetadata().setManagedFields(null);
    if (pod.getSpec() != null) {
      List<Container> containers =
          PodReader.lends(pod) ? resourcesOf(pod.getSpec().getContainers()) : List.of();
      pod.setSpec(
          new PodSpecBuilder()
              .withContainers(containers)
              .withNodeName(pod.getSpec().getNodeName())
              .withSchedulingGates(pod.getSpec().getSchedulingGates())
              .build());
    }
  }

  private static List<Container> resourcesOf(List<Container> containers) {
    return containers.stream()
        .map(c ->
            new ContainerBuilder().withName(c.getName()).withResources(c.getResources()).build())
        .toList();
  }

  @Override
  public String getKey(T item) {
    return item.getMetadata().getNamespace() + "/" + item.getMetadata().getName();
  }

  @Override
  public @Nullable T put(String key, T item) {
    prune.accept(item);
    return items.put(key, item);
  }

  @Override
  public @Nullable T remove(String key) {
    return items.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return items.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return items.values().stream();
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public @Nullable T get(String key) {
    return items.get(key);
  }

  @Override
  public boolean isFullState() {
    return true;
  }
}
