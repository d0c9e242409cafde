package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.job.TaskFactory.FileSource;
import io.poolwright.api.pool.PoolSpec.Template;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Builds the pods that list the objects that a job's factory makes tasks of. Such a pod sees the
 * storage's keys and holds no token; it holds no node's room either, so it requests its own.
 */
public final class ListPods {
  /** The one container of such a pod. */
  public static final String CONTAINER = "list";

  /** A store that does not answer for so long is told of, and asked again by another pod. */
  private static final String PATIENCE = "20";

  private final String agentImage;
  private final String pullPolicy;

  public ListPods(String agentImage, String pullPolicy) {
    this.agentImage = agentImage;
    this.pullPolicy = pullPolicy;
  }

  /** Another listing has another name: whose it is, and how many came to nothing before. */
  public static String name(Job job, int failures) {
    return Names.listPod(job.getMetadata().getName(), job.getMetadata().getUid() + "\n" + failures);
  }

  /**
   * @param name as {@link #name} gives it
   */
  public Pod build(Job job, String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(job.getMetadata().getNamespace())
        .addToLabels("app.kubernetes.io/managed-by", "poolwright")
        .addToLabels("app.kubernetes.io/name", "poolwright-list")
        .addToLabels("app.kubernetes.io/component", "list")
        .addToLabels("app.kubernetes.io/part-of", Names.label(job.getMetadata().getName()))
        .addToLabels(Names.ROLE, Names.ROLE_LIST)
        .addToLabels(Names.JOB, Names.label(job.getMetadata().getName()))
        .withOwnerReferences(Owners.by(job))
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(5L)
        .withSecurityContext(PodParts.podSecurity(Template.EMPTY))
        .withContainers(
            new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(agentImage)
                .withImagePullPolicy(pullPolicy)
                .withCommand(PodParts.BUSYBOX, "sh", PodParts.SCRIPTS + "agent.sh", "list")
                .withEnv(
                    PodParts.env(
                        Map.of(
                            "POOLWRIGHT_SOURCE",
                            NodePods.json(request(job)),
                            "POOLWRIGHT_STORAGE_PATIENCE_SECONDS",
                            PATIENCE)))
                .withSecurityContext(PodParts.ours(Template.EMPTY))
                .withResources(
                    new ResourceRequirementsBuilder()
                        .withRequests(
                            Map.of("cpu", new Quantity("50m"), "memory", new Quantity("128Mi")))
                        .withLimits(
                            Map.of("cpu", new Quantity("1"), "memory", new Quantity("256Mi")))
                        .build())
                .withVolumeMounts(
                    PodParts.mount("run", PodParts.RUN, null, false),
                    PodParts.mount("storage", "/poolwright/storage", null, true))
                .build())
        .withVolumes(PodParts.run(), PodParts.storage())
        .endSpec()
        .build();
  }

  private static Map<String, Object> request(Job job) {
    TaskFactory factory = job.getSpec().taskFactory();
    FileSource source =
        factory == null || factory.source() == null
            ? new FileSource(null, null, null)
            : Objects.requireNonNull(factory.source());
    Map<String, Object> request = new TreeMap<>();
    if (source.bucket() != null) {
      request.put("bucket", source.bucket());
    }
    if (source.prefix() != null) {
      request.put("prefix", source.prefix());
    }
    return request;
  }
}
