package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobPreparationTask;
import io.poolwright.api.pool.Pool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The directory of a job's preparation, in the pods of others: its tasks read it, its release may
 * clean it (section 13 of the reference).
 *
 * @param path below the node's root
 */
record PreparedDirectory(String path) {

  /** Empty where the job has no preparation, or where the pods of a node share no directory. */
  static Optional<PreparedDirectory> of(Job job, Pool pool) {
    JobPreparationTask task = job.getSpec().jobPreparationTask();
    return task == null || !pool.getSpec().node().directoryOrDefault().shared()
        ? Optional.empty()
        : Optional.of(
            new PreparedDirectory(
                "workitems/" + job.getMetadata().getName() + "/job-1/" + task.idOrDefault()));
  }

  Pod forReading(Pod pod) {
    return into(pod, true);
  }

  Pod forWriting(Pod pod) {
    return into(pod, false);
  }

  private Pod into(Pod pod, boolean readOnly) {
    String where = PodParts.ROOT + "/" + path;
    Map<String, String> env = new LinkedHashMap<>();
    env.put("AZ_BATCH_JOB_PREP_DIR", where);
    env.put("AZ_BATCH_JOB_PREP_WORKING_DIR", where + "/wd");
    return edit(
        pod,
        c -> {
          ContainerBuilder container = new ContainerBuilder(c).addAllToEnv(PodParts.env(env));
          // The other containers are ours and have all of the job's directories.
          return c.getName().equals("task")
              ? container.addToVolumeMounts(PodParts.mount("node", where, path, readOnly)).build()
              : container.build();
        });
  }

  static Pod edit(Pod pod, UnaryOperator<Container> change) {
    List<Container> inits = pod.getSpec().getInitContainers().stream().map(change).toList();
    List<Container> containers = pod.getSpec().getContainers().stream().map(change).toList();
    return new PodBuilder(pod)
        .editSpec()
        .withInitContainers(inits)
        .withContainers(containers)
        .endSpec()
        .build();
  }
}
