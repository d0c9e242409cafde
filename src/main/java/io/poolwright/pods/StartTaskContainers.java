package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.StartTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The containers of a node pod that are there for the pool's start task. */
final class StartTaskContainers {
  private static final String DIRECTORY = PodParts.ROOT + "/startup";

  private final Pool pool;
  private final StartTask start;
  private final List<Packages.Installed> installed;
  private final Map<String, String> common;

  StartTaskContainers(
      Pool pool, StartTask start, String node, boolean spot, List<Packages.Installed> installed) {
    this.pool = pool;
    this.start = start;
    this.installed = installed;
    this.common = PodParts.nodeDirectories();
    common.putAll(Mounts.variables(pool));
    common.putAll(Packages.variables(installed));
    common.putAll(PodParts.neighbours(pool));
    common.put("AZ_BATCH_ACCOUNT_NAME", pool.getMetadata().getNamespace());
    common.put("AZ_BATCH_POOL_ID", pool.getMetadata().getName());
    common.put("AZ_BATCH_NODE_ID", node);
    common.put("AZ_BATCH_NODE_IS_DEDICATED", Boolean.toString(!spot));
    common.put("AZ_BATCH_TASK_DIR", DIRECTORY);
    common.put("AZ_BATCH_TASK_WORKING_DIR", DIRECTORY + "/wd");
  }

  /**
   * Brings its files in, always before the node's own container runs; where the node does not wait
   * for the start task, it does not wait for files either that cannot be had.
   */
  Container stageIn(ContainerBuilder ours) {
    Map<String, String> env = PodParts.nodeDirectories();
    env.put("AZ_BATCH_TASK_DIR", DIRECTORY);
    env.put("AZ_BATCH_TASK_WORKING_DIR", DIRECTORY + "/wd");
    env.put(
        ResourceFiles.VARIABLE,
        ResourceFiles.json("spec.startTask.resourceFiles", start.resourceFiles()));
    env.put("POOLWRIGHT_WAIT_FOR_SUCCESS", Boolean.toString(start.waits()));
    return ours.withCommand(PodParts.BUSYBOX, "sh", PodParts.SCRIPTS + "start-stage-in.sh")
        .withEnv(PodParts.env(env))
        .withResources(PodParts.ofStager())
        .withVolumeMounts(
            PodParts.mount("run", PodParts.RUN, null, false),
            PodParts.mount("node", PodParts.ROOT, null, false),
            PodParts.mount("storage", "/poolwright/storage", null, true))
        .build();
  }

  Container command() {
    UserContainer container = new UserContainer(start.containerSettings());
    Map<String, String> env = container.environment();
    env.putAll(PodParts.merged(start.environmentSettings()));
    env.putAll(common);
    env.putAll(container.forRunner());
    env.put(
        "POOLWRIGHT_MAX_RETRIES",
        Integer.toString(start.maxTaskRetryCount() == null ? 0 : start.maxTaskRetryCount()));
    List<String> command =
        new ArrayList<>(
            List.of(PodParts.RUN + "/busybox", "sh", PodParts.RUN + "/start-runner.sh"));
    command.addAll(PodParts.verbatim(words(start)));
    return new ContainerBuilder()
        .withName("start-task")
        .withImage(container.image(pool))
        .withCommand(command)
        .withEnv(PodParts.env(env))
        .withWorkingDir(container.workingDir())
        .withSecurityContext(
            container.security(pool.getSpec().node().templateOrEmpty(), start.userIdentity()))
        .withResources(PodParts.limitedTo(pool.getSpec().node().size()))
        .withTerminationMessagePolicy("File")
        .withVolumeMounts(
            PodParts.mount("run", PodParts.RUN, null, false),
            PodParts.mount("node", PodParts.ROOT, null, false),
            PodParts.mount("node", PodParts.ROOT + "/applications", "applications", true))
        .addAllToVolumeMounts(Packages.mounts(installed))
        .addAllToVolumeMounts(Mounts.mounts(pool))
        .addAllToVolumeMounts(container.mounts())
        .build();
  }

  private static List<String> words(StartTask start) {
    return start.commandLine() == null ? start.command() : CommandLine.split(start.commandLine());
  }
}
