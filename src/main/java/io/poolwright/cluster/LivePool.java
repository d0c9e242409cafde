package io.poolwright.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.pool.Pool;

/** One pool of a cluster, as it is at each look; for programs that are no operator. */
public final class LivePool {
  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  LivePool(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  /** Says in one sentence why a pool cannot be read. */
  public static final class Unknown extends Exception {
    private static final long serialVersionUID = 1L;

    Unknown(String message) {
      super(message);
    }
  }

  public Pool read() throws Unknown {
    Pool found;
    try {
      found = client.resources(Pool.class).inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      throw new Unknown("pool " + name + " could not be read: " + ApiErrors.told(e));
    }
    if (found == null || found.getSpec() == null) {
      throw new Unknown("there is no pool " + name + " in namespace " + namespace);
    }
    return found;
  }
}
