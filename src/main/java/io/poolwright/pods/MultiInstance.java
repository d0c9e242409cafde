package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.MultiInstanceSettings;
import io.poolwright.api.task.Task;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What makes the pod of a task one of several (section 9 of the reference): each is on a node of
 * its own, finds the others through the primary, runs the coordination command, and the primary
 * then runs the task's.
 */
public final class MultiInstance {
  private static final String LIMIT = "POOLWRIGHT_MAX_WALL_CLOCK_SECONDS";

  private MultiInstance() {}

  private static boolean is(Task task) {
    return task.getSpec().multiInstanceSettings() != null;
  }

  /** Whether a pod was made as this one of as many as the task is to have now. */
  public static boolean isOf(Pod pod, Task task, int subtask) {
    String mark = pod.getMetadata().getLabels().get(Names.SUBTASK);
    return is(task) ? mark(task, subtask).equals(mark) : mark == null;
  }

  private static String mark(Task task, int subtask) {
    return subtask + "-of-" + task.getSpec().instances();
  }

  /** The task as a node of it sees it: files of its own are the primary's. */
  static Task part(Task task, int subtask) {
    if (subtask == 0) {
      return task;
    }
    Task part = new Task();
    part.setMetadata(task.getMetadata());
    part.setSpec(task.getSpec().withoutFiles());
    return part;
  }

  /** What all of its containers are told, the uploader too: patterns may name these. */
  static Map<String, String> variables(Task task, TaskPods.Place place) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (is(task)) {
      variables.put("AZ_BATCH_TASK_SHARED_DIR", TaskDirectory.of(task));
      variables.put("AZ_BATCH_IS_CURRENT_NODE_MASTER", Boolean.toString(place.subtask() == 0));
    }
    return variables;
  }

  /** The pod of a task that has one node is left as it is. */
  static Pod in(Pod pod, Task task, Pool pool, TaskPods.Place place) {
    MultiInstanceSettings settings = task.getSpec().multiInstanceSettings();
    if (settings == null) {
      return pod;
    }
    String name = Names.taskPod(task.getMetadata().getName(), place.attempt(), place.subtask());
    return new PodBuilder(pod)
        .editMetadata()
        .withName(name)
        .addToLabels(Names.SUBTASK, mark(task, place.subtask()))
        .endMetadata()
        .editSpec()
        // A name that no other attempt has: an address that is remembered somewhere is not its own.
        .withHostname(Names.host(name))
        .withInitContainers(
            pod.getSpec().getInitContainers().stream().map(c -> stageIn(c, settings)).toList())
        .withContainers(
            pod.getSpec().getContainers().stream()
                .map(c -> "task".equals(c.getName()) ? command(c, task, pool, place, name) : c)
                .toList())
        .endSpec()
        .build();
  }

  private static Container stageIn(Container stageIn, MultiInstanceSettings settings) {
    return settings.commonResourceFiles().isEmpty()
        ? stageIn
        : new ContainerBuilder(stageIn)
            .addAllToEnv(
                PodParts.env(
                    Map.of(
                        ResourceFiles.COMMON,
                        ResourceFiles.json(
                            "spec.multiInstanceSettings.commonResourceFiles",
                            settings.commonResourceFiles()))))
            .build();
  }

  private static Container command(
      Container plain, Task task, Pool pool, TaskPods.Place place, String podName) {
    MultiInstanceSettings settings = settings(task);
    List<String> coordination = CommandLine.split(settings.coordinationCommandLine());
    List<String> runner = plain.getCommand().subList(0, 3);
    List<String> words = new ArrayList<>(runner);
    words.addAll(List.of(PodParts.RUN + "/busybox", "sh", PodParts.RUN + "/gang.sh"));
    words.add(Integer.toString(coordination.size()));
    words.addAll(PodParts.verbatim(coordination));
    words.addAll(plain.getCommand().subList(3, plain.getCommand().size()));
    String domain = Names.domain(pool.getMetadata().getName(), pool.getMetadata().getNamespace());
    String primary = Names.taskPod(task.getMetadata().getName(), place.attempt());
    Map<String, String> own = new LinkedHashMap<>();
    own.put("POOLWRIGHT_TASK_HOST", Names.host(podName) + "." + domain);
    own.put("POOLWRIGHT_GANG_PRIMARY", Names.host(primary) + "." + domain);
    own.put(
        "POOLWRIGHT_GANG",
        place.subtask()
            + " "
            + settings.instances()
            + " "
            + place.attempt()
            + " "
            + cores(pool.getSpec().node().size()));
    // The time of the task is the primary's: a subtask waits while another node pulls its image.
    Set<String> not = place.subtask() == 0 ? Set.of() : Set.of(LIMIT);
    List<EnvVar> env =
        new ArrayList<>(
            plain.getEnv().stream()
                .filter(e -> !own.containsKey(e.getName()) && !not.contains(e.getName()))
                .toList());
    env.addAll(PodParts.env(own));
    env.add(
        new EnvVarBuilder()
            .withName("POOLWRIGHT_GANG_ADDRESS")
            .withNewValueFrom()
            .withNewFieldRef("v1", "status.podIP")
            .endValueFrom()
            .build());
    return new ContainerBuilder(plain)
        .withCommand(words)
        .withEnv(env)
        .withNewReadinessProbe()
        .withNewExec()
        .withCommand(PodParts.RUN + "/busybox", "test", "-e", PodParts.RUN + "/coordinated")
        .endExec()
        .withPeriodSeconds(2)
        .withTimeoutSeconds(5)
        .withFailureThreshold(10)
        .endReadinessProbe()
        .build();
  }

  private static MultiInstanceSettings settings(Task task) {
    MultiInstanceSettings settings = task.getSpec().multiInstanceSettings();
    if (settings == null) {
      throw new IllegalArgumentException("a task with one node");
    }
    return settings;
  }

  /** Whole ones; a node that has less than one counts as one. */
  private static int cores(Map<String, Quantity> size) {
    Quantity cpu = size.get("cpu");
    return cpu == null
        ? 1
        : Quantity.getAmountInBytes(cpu)
            .setScale(0, RoundingMode.FLOOR)
            .max(BigDecimal.ONE)
            .intValue();
  }
}
