package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One job of a cluster and its tasks, as they are at each look; for programs that are no operator.
 */
public final class LiveJob implements AutoCloseable {
  private static final long PAGE = 500;

  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  LiveJob(KubernetesClient client, String namespace, String name) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
  }

  /**
   * The cluster is the one that kubectl would take.
   *
   * @param namespace null for the one that kubectl would take
   */
  public static LiveJob of(@Nullable String namespace, String name) {
    Config config = Config.autoConfigure(null);
    String ofConfig = config.getNamespace() == null ? "default" : config.getNamespace();
    return new LiveJob(
        Clients.build(config, Map.of()), namespace == null ? ofConfig : namespace, name);
  }

  /** Says in one sentence why a job cannot be read. */
  public static final class Unknown extends Exception {
    private static final long serialVersionUID = 1L;

    Unknown(String message) {
      super(message);
    }
  }

  public Job read() throws Unknown {
    Job found;
    try {
      found = client.resources(Job.class).inNamespace(namespace).withName(name).get();
    } catch (KubernetesClientException e) {
      throw new Unknown("job " + name + " could not be read: " + e.getMessage());
    }
    if (found == null || found.getSpec() == null) {
      throw new Unknown("there is no job " + name + " in namespace " + namespace);
    }
    return found;
  }

  /** Those of its tasks that are objects, page by page. */
  public void tasks(Consumer<Task> each) throws Unknown {
    String next = null;
    do {
      KubernetesResourceList<Task> page;
      try {
        page =
            client
                .resources(Task.class)
                .inNamespace(namespace)
                .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
      } catch (KubernetesClientException e) {
        throw new Unknown("the tasks of job " + name + " could not be read: " + e.getMessage());
      }
      page.getItems().stream()
          .filter(t -> t.getSpec() != null && name.equals(t.getSpec().jobId()))
          .forEach(each);
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }

  @Override
  public void close() {
    client.close();
  }
}
