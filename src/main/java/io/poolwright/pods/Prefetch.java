package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.pool.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Brings images to a node's machine before it takes tasks: the kubelet pulls them for init
 * containers that end at once. The program in them is ours, because an image may have none.
 */
final class Prefetch {
  private static final Map<String, Quantity> LIMITS =
      Map.of("cpu", new Quantity("100m"), "memory", new Quantity("32Mi"));

  private Prefetch() {}

  static List<Container> containers(Pool pool) {
    List<Container> containers = new ArrayList<>();
    for (String image : pool.getSpec().containerImageNames().stream().distinct().toList()) {
      containers.add(
          new ContainerBuilder()
              .withName("prefetch-" + containers.size())
              .withImage(image)
              .withCommand(PodParts.RUN + "/busybox", "true")
              .withWorkingDir("/")
              .withSecurityContext(PodParts.ours(pool.getSpec().node().templateOrEmpty()))
              .withResources(PodParts.limitedTo(LIMITS))
              .withVolumeMounts(PodParts.mount("run", PodParts.RUN, null, true))
              .build());
    }
    return containers;
  }
}
