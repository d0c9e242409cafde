package io.poolwright.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that kubectl would take; for programs that are no operator, and have somebody before
 * them who waits.
 */
public final class LiveCluster implements AutoCloseable {
  private static final int CONNECT_MILLIS = 10_000;

  /** The operator waits for its API server for minutes; who sits before a terminal does not. */
  private static final int TRIES_AGAIN = 2;

  private final KubernetesClient client;
  private final String namespace;

  private LiveCluster(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Says in one sentence that there is no cluster. */
  public static final class Absent extends Exception {
    private static final long serialVersionUID = 1L;

    Absent(String message) {
      super(message);
    }
  }

  /**
   * @param namespace null for the one that kubectl would take
   */
  public static LiveCluster of(@Nullable String namespace) throws Absent {
    return of(configured(), namespace);
  }

  /** Of a configuration that names a server; whether it answers is asked at once. */
  public static LiveCluster of(Config config, @Nullable String namespace) throws Absent {
    Config impatient =
        new ConfigBuilder(config)
            .withConnectionTimeout(CONNECT_MILLIS)
            .withRequestRetryBackoffLimit(TRIES_AGAIN)
            .build();
    KubernetesClient client = Clients.build(impatient, Map.of());
    try {
      client.raw("/version", "GET", null);
    } catch (KubernetesClientException e) {
      // With a code it is an answer, if no friendly one.
      if (e.getCode() <= 0) {
        client.close();
        throw new Absent(
            "the cluster at " + config.getMasterUrl() + " does not answer: " + ApiErrors.told(e));
      }
    }
    String ofConfig = config.getNamespace() == null ? "default" : config.getNamespace();
    return new LiveCluster(client, namespace == null ? ofConfig : namespace);
  }

  private static Config configured() throws Absent {
    Config config;
    try {
      config = Config.autoConfigure(null);
    } catch (KubernetesClientException | IllegalArgumentException e) {
      String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new Absent("the kubeconfig cannot be read: " + first);
    }
    // What the library takes where nobody says anything.
    if (config.getMasterUrl().startsWith(Config.DEFAULT_MASTER_URL)) {
      Collection<String> files = Config.getKubeconfigFilenames();
      boolean none = files.stream().noneMatch(f -> new File(f).isFile());
      throw new Absent(
          "there is no cluster: "
              + (none ? "no kubeconfig at " : "no current context of one in ")
              + String.join(", ", files)
              + "; name a kubeconfig in KUBECONFIG");
    }
    return config;
  }

  public LiveJob job(String name) {
    return new LiveJob(client, namespace, name);
  }

  public LivePool pool(String name) {
    return new LivePool(client, namespace, name);
  }

  @Override
  public void close() {
    client.close();
  }
}
