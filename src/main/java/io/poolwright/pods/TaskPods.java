package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds task pods (section 4 of the design): one attempt of one task, pinned to its node, gated
 * and held until the ledger says.
 */
public final class TaskPods {
  private static final String RETENTION = "POOLWRIGHT_RETENTION_SECONDS";

  private final String agentImage;
  private final String pullPolicy;

  public TaskPods(String agentImage, String pullPolicy) {
    this.agentImage = agentImage;
    this.pullPolicy = pullPolicy;
  }

  /**
   * What a task pod is made for.
   *
   * @param node the node pod's name
   * @param machine the Kubernetes node that the node pod is on
   * @param spot whether it is a Spot node
   * @param packages the mark {@link Names#PACKAGES} of the node pod; null where it has none
   * @param subtask which of a multi-instance task's nodes; 0 is the primary
   */
  public record Place(
      String node,
      String machine,
      boolean spot,
      @Nullable String packages,
      int attempt,
      int subtask) {
    public Place(
        String node, String machine, boolean spot, @Nullable String packages, int attempt) {
      this(node, machine, spot, packages, attempt, 0);
    }
  }

  /**
   * @param task one with the label {@link Names#INDEX} is of the job's factory: its pod is the
   *     job's
   * @param packages those that the task refers to, and where nodes have no directory those of the
   *     pool as well
   */
  public Pod build(
      Task task, Job job, Pool pool, Place place, Map<String, ApplicationPackage> packages) {
    Pod one = plain(MultiInstance.part(task, place.subtask()), job, pool, place, packages);
    Pod plain = MultiInstance.in(one, task, pool, place);
    Pod pod = PreparedDirectory.of(job, pool).map(d -> d.forReading(plain)).orElse(plain);
    return StagedBeside.of(JobToken.has(task) ? JobToken.in(pod, job) : pod);
  }

  /** Without the directory of the job's preparation. */
  Pod plain(Task task, Job job, Pool pool, Place place, Map<String, ApplicationPackage> packages) {
    List<PackageUse> fetched =
        new ArrayList<>(
            PackageUse.all(
                PackageUse.FIELD, task.getSpec().applicationPackageReferences(), packages));
    List<Packages.Installed> installed = new ArrayList<>();
    if (pool.getSpec().node().directoryOrDefault().shared()) {
      installed.addAll(Packages.read(place.packages()));
    } else {
      fetched.addAll(
          0,
          PackageUse.all(
              PackageUse.ofPool(pool.getMetadata().getName()),
              pool.getSpec().applicationPackageReferences(),
              packages));
    }
    // The task's own come last: their variables win.
    installed.addAll(Packages.installed(fetched));
    Map<String, String> common = environment(task, job, pool, place, installed);
    PoolSpec.Template template = pool.getSpec().template(place.spot());
    UserContainer container = new UserContainer(task.getSpec().containerSettings());
    Container command = command(task, job, pool, common, installed);
    List<Container> containers = new ArrayList<>(List.of(command));
    if (OutputRequest.any(task, job)) {
      containers.add(stageOut(task, pool, OutputRequest.of(task, job, place, command.getEnv())));
    }
    // A task of a factory is no object that could own anything.
    HasMetadata owner = index(task) == null ? task : job;
    return new PodBuilder()
        .withNewMetadata()
        .withName(Names.taskPod(task.getMetadata().getName(), place.attempt()))
        .withNamespace(task.getMetadata().getNamespace())
        .withLabels(labels(task, pool, place))
        .withFinalizers(Names.LEDGER)
        .withOwnerReferences(Owners.by(owner))
        .endMetadata()
        .withNewSpec()
        .withHostname(pool.getSpec().joins() ? Names.host(task.getMetadata().getName()) : null)
        .withSubdomain(PodParts.subdomain(pool))
        .withSchedulingGates(new PodSchedulingGate(Names.LEDGER))
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(30L)
        .withSecurityContext(PodParts.podSecurity(template))
        .withTolerations(template.tolerations())
        .withPriorityClassName(template.priorityClassName())
        .withRuntimeClassName(template.runtimeClassName())
        .withImagePullSecrets(container.pullSecrets(template))
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addNewMatchField()
        .withKey("metadata.name")
        .withOperator("In")
        .withValues(place.machine())
        .endMatchField()
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .withInitContainers(stageIn(task, pool, Packages.toUnpack(fetched)))
        .withContainers(containers)
        .withVolumes(PodParts.run(), PodParts.storage(), directory(pool, place))
        .addAllToVolumes(Mounts.volumes(pool))
        .addAllToVolumes(Packages.volumes(installed))
        .addAllToVolumes(container.volumes())
        .endSpec()
        .build();
  }

  private static Map<String, String> labels(Task task, Pool pool, Place place) {
    Map<String, String> labels = new HashMap<>();
    labels.put("app.kubernetes.io/managed-by", "poolwright");
    labels.put("app.kubernetes.io/name", "poolwright-task");
    labels.put("app.kubernetes.io/component", "task");
    labels.put("app.kubernetes.io/part-of", Names.label(jobOf(task)));
    labels.put(Names.ROLE, Names.ROLE_TASK);
    labels.put(Names.POOL, pool.getMetadata().getName());
    labels.put(Names.JOB, Names.label(jobOf(task)));
    labels.put(Names.TASK, Names.label(task.getMetadata().getName()));
    labels.put(Names.ATTEMPT, Integer.toString(place.attempt()));
    labels.put(Names.NODE, place.node());
    String index = index(task);
    if (index != null) {
      labels.put(Names.INDEX, index);
    }
    if (pool.getSpec().lends()) {
      labels.put(Names.RESERVATION, Names.LEND);
      if (!task.getSpec().resources().isEmpty()) {
        labels.put(Names.SLOTS, Integer.toString(task.getSpec().slots()));
      }
    }
    return labels;
  }

  private static @Nullable String index(Task task) {
    Map<String, String> labels = task.getMetadata().getLabels();
    return labels == null ? null : labels.get(Names.INDEX);
  }

  private static String jobOf(Task task) {
    String job = task.getSpec().jobId();
    return job == null ? "" : job;
  }

  private static Map<String, String> environment(
      Task task, Job job, Pool pool, Place place, List<Packages.Installed> installed) {
    String directory = TaskDirectory.of(task);
    Map<String, String> env = PodParts.nodeDirectories();
    env.put("AZ_BATCH_ACCOUNT_NAME", task.getMetadata().getNamespace());
    env.put("AZ_BATCH_POOL_ID", pool.getMetadata().getName());
    env.put("AZ_BATCH_NODE_ID", place.node());
    env.put("AZ_BATCH_NODE_IS_DEDICATED", Boolean.toString(!place.spot()));
    env.put("AZ_BATCH_JOB_ID", job.getMetadata().getName());
    env.put("AZ_BATCH_TASK_ID", task.id());
    env.put("AZ_BATCH_TASK_DIR", directory);
    env.put("AZ_BATCH_TASK_WORKING_DIR", directory + "/wd");
    env.putAll(MultiInstance.variables(task, place));
    env.putAll(Packages.variables(installed));
    return env;
  }

  /**
   * What those read that stage its files, and no more: what a write of a pod costs the API server
   * grows with the number of its fields.
   */
  private static Map<String, String> ofStagers(Task task) {
    String directory = TaskDirectory.of(task);
    Map<String, String> env = new LinkedHashMap<>();
    env.put("AZ_BATCH_TASK_DIR", directory);
    env.put("AZ_BATCH_TASK_WORKING_DIR", directory + "/wd");
    return env;
  }

  private Container stageIn(Task task, Pool pool, List<Map<String, Object>> unpack) {
    Map<String, String> env = ofStagers(task);
    env.put(RETENTION, Long.toString(task.getSpec().limits().retention().toSeconds()));
    if (!task.getSpec().resourceFiles().isEmpty()) {
      env.put(
          ResourceFiles.VARIABLE,
          ResourceFiles.json("spec.resourceFiles", task.getSpec().resourceFiles()));
    }
    List<VolumeMount> mounts = stagerMounts();
    if (pool.getSpec().node().directoryOrDefault().shared()) {
      mounts.add(workitems());
    } else {
      mounts.add(PodParts.mount("node", PodParts.ROOT, null, false));
    }
    if (!unpack.isEmpty()) {
      env.put(Packages.VARIABLE, NodePods.json(unpack));
      if (pool.getSpec().node().directoryOrDefault().shared()) {
        mounts.add(PodParts.mount("node", PodParts.ROOT + "/applications", "applications", false));
      }
    }
    return ours("stage-in", pool, "stage-in.sh")
        .withEnv(PodParts.env(env))
        .withVolumeMounts(mounts)
        .build();
  }

  private Container command(
      Task task,
      Job job,
      Pool pool,
      Map<String, String> common,
      List<Packages.Installed> installed) {
    TaskSpec spec = task.getSpec();
    UserContainer container = new UserContainer(spec.containerSettings());
    Map<String, String> env = container.environment();
    env.putAll(
        PodParts.merged(job.getSpec().commonEnvironmentSettings(), spec.environmentSettings()));
    env.putAll(common);
    env.putAll(Mounts.variables(pool));
    Map<String, String> neighbours = PodParts.neighbours(pool);
    env.putAll(neighbours);
    neighbours
        .values()
        .forEach(domain ->
            env.put(
                "POOLWRIGHT_TASK_HOST", Names.host(task.getMetadata().getName()) + "." + domain));
    if (spec.limits().maxWallClockTime() != null) {
      Duration limit = spec.limits().maxWallClockTime().duration();
      env.put("POOLWRIGHT_MAX_WALL_CLOCK_SECONDS", Long.toString(Math.max(1, limit.toSeconds())));
    }
    env.putAll(container.forRunner());
    // Whoever is the last to need the directory says until when it is kept.
    if (!OutputRequest.any(task, job)) {
      env.put(RETENTION, Long.toString(spec.limits().retention().toSeconds()));
    }
    List<String> words =
        new ArrayList<>(List.of(PodParts.RUN + "/busybox", "sh", PodParts.RUN + "/runner.sh"));
    words.addAll(
        PodParts.verbatim(
            spec.commandLine() == null ? spec.command() : CommandLine.split(spec.commandLine())));
    return new ContainerBuilder()
        .withName("task")
        .withImage(container.image(pool))
        .withCommand(words)
        .withWorkingDir(container.workingDir())
        .withEnv(PodParts.env(env))
        .withSecurityContext(
            container.security(pool.getSpec().node().templateOrEmpty(), spec.userIdentity()))
        .withResources(TaskResources.of(spec, pool.getSpec()))
        .withVolumeMounts(
            PodParts.mount("run", PodParts.RUN, null, false),
            PodParts.mount("node", PodParts.ROOT + "/shared", "shared", false),
            PodParts.mount("node", PodParts.ROOT + "/startup", "startup", true),
            PodParts.mount("node", PodParts.ROOT + "/applications", "applications", true),
            PodParts.mount("node", TaskDirectory.of(task), TaskDirectory.within(task), false))
        .addAllToVolumeMounts(Mounts.mounts(pool))
        .addAllToVolumeMounts(Packages.mounts(installed))
        .addAllToVolumeMounts(container.mounts())
        .build();
  }

  private Container stageOut(Task task, Pool pool, String outputs) {
    Map<String, String> env = ofStagers(task);
    env.put(RETENTION, Long.toString(task.getSpec().limits().retention().toSeconds()));
    env.put("POOLWRIGHT_OUTPUTS", outputs);
    List<VolumeMount> mounts = stagerMounts();
    mounts.add(workitems());
    return ours("stage-out", pool, "stage-out.sh")
        .withEnv(PodParts.env(env))
        .withVolumeMounts(mounts)
        .build();
  }

  private ContainerBuilder ours(String name, Pool pool, String script) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(agentImage)
        .withImagePullPolicy(pullPolicy)
        .withCommand(PodParts.BUSYBOX, "sh", PodParts.SCRIPTS + script)
        .withSecurityContext(PodParts.ours(pool.getSpec().node().templateOrEmpty()))
        .withResources(PodParts.ofStager());
  }

  private static List<VolumeMount> stagerMounts() {
    return new ArrayList<>(
        List.of(
            PodParts.mount("run", PodParts.RUN, null, false),
            PodParts.mount("storage", "/poolwright/storage", null, true)));
  }

  private static VolumeMount workitems() {
    return PodParts.mount("node", PodParts.ROOT + "/workitems", "workitems", false);
  }

  private static Volume directory(Pool pool, Place place) {
    if (!pool.getSpec().node().directoryOrDefault().shared()) {
      return new VolumeBuilder().withName("node").withNewEmptyDir().endEmptyDir().build();
    }
    return new VolumeBuilder()
        .withName("node")
        .withNewPersistentVolumeClaim(place.node() + "-node", false)
        .build();
  }
}
