package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobPreparationTask;
import io.poolwright.api.job.JobReleaseTask;
import io.poolwright.api.job.SpecialTask;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.pods.TaskPods.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds the pods of a job's preparation and release: like that of a task of one slot, but the
 * job's own.
 */
public final class SpecialPods {
  private final TaskPods tasks;

  public SpecialPods(TaskPods tasks) {
    this.tasks = tasks;
  }

  /** Which of the two. */
  public enum Kind {
    PREPARATION("jobPreparationTask", "preparation", "prep"),
    RELEASE("jobReleaseTask", "release", "release");

    private final String field;
    private final String label;
    private final String inNames;

    Kind(String field, String label, String inNames) {
      this.field = field;
      this.label = label;
      this.inNames = inNames;
    }

    /** Where it stands in the Job. */
    public String field() {
      return "spec." + field;
    }

    public @Nullable SpecialTask of(Job job) {
      return switch (this) {
        case PREPARATION -> job.getSpec().jobPreparationTask();
        case RELEASE -> job.getSpec().jobReleaseTask();
      };
    }

    public String pod(Job job, String node, int attempt) {
      return Names.specialPod(job.getMetadata().getName(), inNames, node, attempt);
    }
  }

  /**
   * @param packages those of the pool, where nodes have no directory
   */
  public Pod build(
      Kind kind, Job job, Pool pool, Place place, Map<String, ApplicationPackage> packages) {
    SpecialTask what = Objects.requireNonNull(kind.of(job), "asked for by a job that has it");
    Pod plain = tasks.plain(asTask(what, job), job, pool, place, packages);
    Pod pod =
        new PodBuilder(PreparedDirectory.edit(plain, c -> change(c, kind, what, job, place)))
            .withMetadata(
                new ObjectMetaBuilder()
                    .withName(kind.pod(job, place.node(), place.attempt()))
                    .withNamespace(job.getMetadata().getNamespace())
                    .withLabels(labels(kind, job, pool, place))
                    .withFinalizers(Names.LEDGER)
                    .withOwnerReferences(Owners.by(job))
                    .build())
            .editSpec()
            // It runs on many nodes at once: no name of the pool's would be its own.
            .withHostname(null)
            .withSubdomain(null)
            .endSpec()
            .build();
    return switch (what) {
      case JobPreparationTask _ -> StagedBeside.of(pod);
      case JobReleaseTask _ ->
          StagedBeside.of(PreparedDirectory.of(job, pool).map(d -> d.forWriting(pod)).orElse(pod));
    };
  }

  private static Task asTask(SpecialTask what, Job job) {
    Task task = new Task();
    task.setMetadata(
        new ObjectMetaBuilder()
            .withName(what.idOrDefault())
            .withNamespace(job.getMetadata().getNamespace())
            .withUid(job.getMetadata().getUid())
            .build());
    task.setSpec(
        new TaskSpec(
            what.idOrDefault(),
            job.getMetadata().getName(),
            null,
            what.commandLine(),
            what.command(),
            what.containerSettings(),
            what.environmentSettings(),
            what.resourceFiles(),
            List.of(),
            List.of(),
            what.userIdentity(),
            null,
            Map.of(),
            null,
            what.limits(),
            null,
            null,
            null,
            null,
            null));
    return task;
  }

  private static Map<String, String> labels(Kind kind, Job job, Pool pool, Place place) {
    String name = Names.label(job.getMetadata().getName());
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("app.kubernetes.io/managed-by", "poolwright");
    labels.put("app.kubernetes.io/name", "poolwright-job-task");
    labels.put("app.kubernetes.io/component", kind.label);
    labels.put("app.kubernetes.io/part-of", name);
    labels.put(Names.ROLE, Names.ROLE_SPECIAL);
    labels.put(Names.SPECIAL, kind.label);
    labels.put(Names.POOL, pool.getMetadata().getName());
    labels.put(Names.JOB, name);
    labels.put(Names.ATTEMPT, Integer.toString(place.attempt()));
    labels.put(Names.NODE, place.node());
    return labels;
  }

  /** What differs from a task's container. */
  private static Container change(
      Container container, Kind kind, SpecialTask what, Job job, Place place) {
    Map<String, String> env = new LinkedHashMap<>();
    switch (container.getName()) {
      case "stage-in" -> {
        if (!what.resourceFiles().isEmpty()) {
          env.put(
              ResourceFiles.VARIABLE,
              ResourceFiles.json(kind.field() + ".resourceFiles", what.resourceFiles()));
        }
        if (what instanceof JobPreparationTask preparation) {
          // Tasks that did not wait for it may have begun to use the directory.
          env.put("POOLWRIGHT_PREPARATION", preparation.waits() ? "anew" : "keep");
        }
      }
      case "stage-out" -> env.put("POOLWRIGHT_OUTPUTS", logs(what, job, place));
      default -> {}
    }
    List<EnvVar> all = new ArrayList<>(container.getEnv());
    all.removeIf(e -> env.containsKey(e.getName()) || e.getName().equals("POOLWRIGHT_TASK_HOST"));
    all.addAll(PodParts.env(env));
    return new ContainerBuilder(container).withEnv(all).build();
  }

  private static String logs(SpecialTask what, Job job, Place place) {
    Map<String, Object> outputs = new LinkedHashMap<>();
    outputs.put("logs", job.getSpec().logs());
    outputs.put(
        "logsPrefix",
        String.join(
                "/",
                "poolwright",
                job.getMetadata().getName(),
                what.idOrDefault(),
                place.node(),
                Integer.toString(place.attempt()))
            + "/");
    outputs.put("files", List.of());
    return NodePods.json(outputs);
  }
}
