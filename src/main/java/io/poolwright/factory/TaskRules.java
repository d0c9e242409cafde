package io.poolwright.factory;

import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.task.DependsOn.TaskIdRange;
import io.poolwright.api.task.ExitConditions.ExitCodeRangeMapping;
import io.poolwright.api.task.ExitConditions.ExitOptions;
import io.poolwright.api.task.Resources;
import io.poolwright.api.task.TaskSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules of a task that look at more than one field, as the schema has them. */
final class TaskRules {
  private static final Set<String> SHARED = Set.of("cpu", "memory", "ephemeral-storage");
  private static final Pattern DEVICE = Pattern.compile(Resources.DEVICE);
  private static final Pattern AMOUNT = Pattern.compile(Resources.AMOUNT);

  private TaskRules() {}

  static void check(String path, TaskSpec task) throws InvalidFactory {
    if ((task.commandLine() == null) == task.command().isEmpty()) {
      throw new InvalidFactory(
          path,
          "give exactly one of commandLine (a string, split like a shell splits words) and command (a list)");
    }
    check(path + ".resources", task.resources());
    for (int i = 0; i < task.resourceFiles().size(); i++) {
      check(path + ".resourceFiles[" + i + "]", task.resourceFiles().get(i));
    }
    for (int i = 0; i < task.outputFiles().size(); i++) {
      String at = task.outputFiles().get(i).destination().container().path();
      if (at != null && at.startsWith("/")) {
        throw new InvalidFactory(
            path + ".outputFiles[" + i + "].destination.container.path", ABSOLUTE);
      }
    }
  }

  private static void check(String path, Map<String, Quantity> resources) throws InvalidFactory {
    for (Map.Entry<String, Quantity> each : new TreeMap<>(resources).entrySet()) {
      String name = each.getKey();
      boolean device = DEVICE.matcher(name).matches() && name.length() <= 244;
      boolean ours = name.startsWith("requests.") || name.contains("kubernetes.io/");
      if (!SHARED.contains(name) && (!device || ours)) {
        throw new InvalidFactory(path + "." + name, Resources.OTHER_NAME);
      }
      String amount = each.getValue().toString();
      if (!AMOUNT.matcher(amount).matches()) {
        throw new InvalidFactory(
            path + "." + name,
            amount + " is no amount of more than 0; one is for example 500m or 2Gi");
      }
    }
  }

  /** Those that a task of a {@code TaskCollection} alone can break. */
  static void checkWhole(String path, TaskSpec task) throws InvalidFactory {
    if (task.multiInstanceSettings() != null && task.slots() != 1) {
      throw new InvalidFactory(
          path + ".requiredSlots", "must be 1 beside multiInstanceSettings; leave it out");
    }
    List<ExitCodeRangeMapping> codes = task.exits().exitCodeRanges();
    for (int i = 0; i < codes.size(); i++) {
      if (codes.get(i).start() > codes.get(i).end()) {
        throw new InvalidFactory(
            path + ".exitConditions.exitCodeRanges[" + i + "]",
            "start is after end; give the smaller code first");
      }
    }
    if (task.exits().allOptions().anyMatch(TaskRules::isEmpty)) {
      throw new InvalidFactory(
          path + ".exitConditions", "give jobAction, dependencyAction or both");
    }
    List<TaskIdRange> ids = task.dependencies().taskIdRanges();
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i).start() > ids.get(i).end()) {
        throw new InvalidFactory(
            path + ".dependsOn.taskIdRanges[" + i + "]",
            "start is after end; give the smaller number first");
      }
    }
    if (namesItself(task)) {
      throw new InvalidFactory(
          path + ".dependsOn", "names the task itself, which would wait for ever");
    }
  }

  private static boolean isEmpty(ExitOptions options) {
    return options.jobAction() == null && options.dependencyAction() == null;
  }

  private static boolean namesItself(TaskSpec task) {
    String id = String.valueOf(task.id());
    boolean number = id.matches("0*[0-9]{1,9}");
    return task.dependencies().taskIds().contains(id)
        || (number
            && task.dependencies().taskIdRanges().stream()
                .anyMatch(r -> r.contains(Integer.parseInt(id))));
  }

  static final String ABSOLUTE = "must not begin with '/'";

  private static void check(String path, ResourceFile file) throws InvalidFactory {
    long sources =
        Stream.of(
                file.storageUrl() == null,
                file.httpUrl() == null,
                file.autoStorageContainerName() == null)
            .filter(absent -> !absent)
            .count();
    if (sources != 1) {
      throw new InvalidFactory(
          path, "name exactly one source: storageUrl, httpUrl or autoStorageContainerName");
    }
    if (file.httpUrl() != null && file.filePath() == null) {
      throw new InvalidFactory(path, "httpUrl needs filePath, the name that the file gets");
    }
    if (file.httpUrl() != null && file.blobPrefix() != null) {
      throw new InvalidFactory(path, "blobPrefix goes with a bucket, not with httpUrl");
    }
  }
}
