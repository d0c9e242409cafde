package io.poolwright.pods;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.StartTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds node pods (section 3 of the design): packages, start task, and a sleeper that holds the
 * room.
 */
public final class NodePods {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String agentImage;
  private final String pullPolicy;

  public NodePods(String agentImage, String pullPolicy) {
    this.agentImage = agentImage;
    this.pullPolicy = pullPolicy;
  }

  /**
   * @param keepsDirectory whether it takes the claim that one of its name left
   */
  public Pod build(
      Pool pool,
      int number,
      boolean spot,
      boolean keepsDirectory,
      Map<String, ApplicationPackage> packages) {
    PoolSpec spec = pool.getSpec();
    PoolSpec.Template template = spec.template(spot);
    String name = Names.nodePod(pool.getMetadata().getName(), number);
    List<PackageUse> uses =
        PackageUse.all(PackageUse.FIELD, spec.applicationPackageReferences(), packages);
    List<Packages.Installed> installed = Packages.installed(uses);
    List<Container> inits = new ArrayList<>();
    List<Container> containers = new ArrayList<>();
    inits.add(packages(pool, uses));
    inits.addAll(Prefetch.containers(pool));
    containers.add(node(pool));
    StartTask start = spec.startTask();
    if (start != null) {
      StartTaskContainers made = new StartTaskContainers(pool, start, name, spot, installed);
      if (!start.resourceFiles().isEmpty()) {
        inits.add(made.stageIn(ours(Names.START_STAGE_IN, pool)));
      }
      (start.waits() ? inits : containers).add(made.command());
    }
    UserContainer container = new UserContainer(start == null ? null : start.containerSettings());
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(pool.getMetadata().getNamespace())
        .withLabels(labels(pool, number, spot))
        .withAnnotations(
            annotations(
                template, spec.node().directoryOrDefault().shared() ? installed : List.of()))
        .withOwnerReferences(Owners.by(pool))
        .endMetadata()
        .withNewSpec()
        .withHostname(pool.getSpec().joins() ? name : null)
        .withSubdomain(PodParts.subdomain(pool))
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(5L)
        .withSecurityContext(PodParts.podSecurity(template))
        .withNodeSelector(template.nodeSelector())
        .withTolerations(template.tolerations())
        .withAffinity(template.affinity())
        .withPriorityClassName(template.priorityClassName())
        .withRuntimeClassName(template.runtimeClassName())
        .withImagePullSecrets(container.pullSecrets(template))
        .withInitContainers(inits)
        .withContainers(containers)
        .withVolumes(
            PodParts.run(), PodParts.storage(), directory(spec, keepsDirectory ? name : null))
        .addAllToVolumes(Mounts.volumes(pool))
        .addAllToVolumes(start == null ? List.of() : Packages.volumes(installed))
        .addAllToVolumes(container.volumes())
        .endSpec()
        .build();
  }

  private static Map<String, String> labels(Pool pool, int number, boolean spot) {
    Map<String, String> labels = new HashMap<>(pool.getSpec().node().templateOrEmpty().labels());
    labels.put("app.kubernetes.io/managed-by", "poolwright");
    labels.put("app.kubernetes.io/name", "poolwright-node");
    labels.put("app.kubernetes.io/component", "node");
    labels.put("app.kubernetes.io/part-of", pool.getMetadata().getName());
    labels.put(Names.ROLE, Names.ROLE_NODE);
    labels.put(Names.POOL, pool.getMetadata().getName());
    labels.put(Names.STATE, "Starting");
    labels.put(Names.NUMBER, Integer.toString(number));
    labels.put(Names.DEDICATED, Boolean.toString(!spot));
    if (pool.getSpec().lends()) {
      labels.put(Names.RESERVATION, Names.LEND);
    }
    return labels;
  }

  /**
   * @param joinedWith what the tasks of the node find on it, whatever the pool refers to by then
   */
  private static Map<String, String> annotations(
      PoolSpec.Template template, List<Packages.Installed> joinedWith) {
    Map<String, String> annotations = new HashMap<>(template.annotations());
    annotations.remove(Names.JOINED_WITH);
    // No autoscaler removes a node that is still starting.
    annotations.putAll(Names.disruptionMarks(false, template.annotations()));
    if (!joinedWith.isEmpty()) {
      annotations.put(Names.JOINED_WITH, Packages.write(joinedWith));
    }
    return annotations;
  }

  private Container packages(Pool pool, List<PackageUse> uses) {
    Map<String, String> env = PodParts.nodeDirectories();
    List<Map<String, Object>> unpack = Packages.toUnpack(uses);
    boolean shared = pool.getSpec().node().directoryOrDefault().shared();
    // Where nothing is shared only a start task can find them here.
    if (!unpack.isEmpty() && (shared || pool.getSpec().startTask() != null)) {
      env.put(Packages.VARIABLE, json(unpack));
    }
    return ours(Names.PACKAGES, pool)
        .withCommand(PodParts.BUSYBOX, "sh", PodParts.SCRIPTS + "packages.sh")
        .withEnv(PodParts.env(env))
        .withResources(PodParts.ofStager())
        .withVolumeMounts(
            PodParts.mount("run", PodParts.RUN, null, false),
            PodParts.mount("node", PodParts.ROOT, null, false),
            PodParts.mount("storage", "/poolwright/storage", null, true))
        .build();
  }

  private Container node(Pool pool) {
    Map<String, Quantity> size = pool.getSpec().node().size();
    return ours("node", pool)
        .withCommand(PodParts.BUSYBOX, "sh", PodParts.SCRIPTS + "node.sh")
        .withEnv(PodParts.env(PodParts.nodeDirectories()))
        .withResources(
            new ResourceRequirementsBuilder().withRequests(size).withLimits(size).build())
        .withVolumeMounts(PodParts.mount("node", PodParts.ROOT, null, false))
        .addAllToVolumeMounts(Mounts.held(pool))
        .build();
  }

  private ContainerBuilder ours(String name, Pool pool) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(agentImage)
        .withImagePullPolicy(pullPolicy)
        .withSecurityContext(PodParts.ours(pool.getSpec().node().templateOrEmpty()));
  }

  /**
   * @param kept the node whose claim it is; null for one of its own
   */
  private static Volume directory(PoolSpec spec, @Nullable String kept) {
    PoolSpec.Directory directory = spec.node().directoryOrDefault();
    if (!directory.shared()) {
      return new VolumeBuilder().withName("node").withNewEmptyDir().endEmptyDir().build();
    }
    if (kept != null) {
      return new VolumeBuilder()
          .withName("node")
          .withNewPersistentVolumeClaim(kept + "-node", false)
          .build();
    }
    Quantity size = directory.size() == null ? new Quantity("1Gi") : directory.size();
    return new VolumeBuilder()
        .withName("node")
        .withNewEphemeral()
        .withNewVolumeClaimTemplate()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName(directory.storageClassName())
        .withNewResources()
        .withRequests(Map.of("storage", size))
        .endResources()
        .endSpec()
        .endVolumeClaimTemplate()
        .endEphemeral()
        .build();
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps and lists of text can be written", e);
    }
  }
}
