package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.apppackage.ApplicationPackageSpec.Version;
import io.poolwright.api.pool.PoolSpec.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds the pods that look at packages, one for each look at one version. Such a pod holds no
 * node's room, so it requests its own.
 */
public final class CheckPods {
  /** The one container of such a pod. */
  public static final String CONTAINER = "check";

  private static final String MOUNTED = "/poolwright/package";

  private final String agentImage;
  private final String pullPolicy;

  public CheckPods(String agentImage, String pullPolicy) {
    this.agentImage = agentImage;
    this.pullPolicy = pullPolicy;
  }

  /**
   * Another look has another name: whose version it is, what the version says, who asked for it,
   * and how many looks before found no answer.
   */
  public static String name(
      ApplicationPackage found, Version version, @Nullable String request, int failures) {
    return Names.checkPod(
        found.getMetadata().getName(),
        String.join(
            "\n",
            found.getMetadata().getUid(),
            version.version(),
            PackageUse.source(version),
            Objects.toString(request, ""),
            Integer.toString(failures)));
  }

  /**
   * @param name as {@link #name} gives it
   * @param place of the version in the spec
   */
  public Pod build(ApplicationPackage found, int place, String name) {
    Version version = found.getSpec().versions().get(place);
    Map<String, Object> request =
        Packages.request("spec.versions[" + place + "]", found.getMetadata().getName(), version);
    if (version.sha256() != null) {
      request.put("sha256", version.sha256());
    }
    List<Volume> volumes = new ArrayList<>(List.of(PodParts.run()));
    List<VolumeMount> mounts =
        new ArrayList<>(List.of(PodParts.mount("run", PodParts.RUN, null, false)));
    if (version.image() == null) {
      volumes.add(PodParts.storage());
      mounts.add(PodParts.mount("storage", "/poolwright/storage", null, true));
    } else {
      request.put("mounted", MOUNTED);
      volumes.add(Packages.image("package", version.image()));
      mounts.add(PodParts.mount("package", MOUNTED, null, true));
    }
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(found.getMetadata().getNamespace())
        .withLabels(labels(found, version))
        .withOwnerReferences(Owners.by(found))
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
                .withCommand(PodParts.BUSYBOX, "sh", PodParts.SCRIPTS + "agent.sh", "check-package")
                .withEnv(PodParts.env(Map.of("POOLWRIGHT_PACKAGE", NodePods.json(request))))
                .withSecurityContext(PodParts.ours(Template.EMPTY))
                .withResources(
                    new ResourceRequirementsBuilder()
                        .withRequests(
                            Map.of("cpu", new Quantity("50m"), "memory", new Quantity("128Mi")))
                        .withLimits(
                            Map.of("cpu", new Quantity("1"), "memory", new Quantity("256Mi")))
                        .build())
                .withVolumeMounts(mounts)
                .build())
        .withVolumes(volumes)
        .endSpec()
        .build();
  }

  private static Map<String, String> labels(ApplicationPackage found, Version version) {
    Map<String, String> labels = new HashMap<>();
    labels.put("app.kubernetes.io/managed-by", "poolwright");
    labels.put("app.kubernetes.io/name", "poolwright-check");
    labels.put("app.kubernetes.io/component", "check");
    labels.put("app.kubernetes.io/part-of", found.getMetadata().getName());
    labels.put(Names.ROLE, Names.ROLE_CHECK);
    labels.put(Names.PACKAGE, found.getMetadata().getName());
    labels.put(Names.VERSION, version.version());
    return labels;
  }
}
