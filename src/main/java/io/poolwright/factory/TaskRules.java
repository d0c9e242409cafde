package io.poolwright.factory;

import io.poolwright.api.ResourceFile;
import io.poolwright.api.task.TaskSpec;
import java.util.stream.Stream;

/** The rules of a task that look at more than one field, as the schema has them. */
final class TaskRules {
  private TaskRules() {}

  static void check(String path, TaskSpec task) throws InvalidFactory {
    if ((task.commandLine() == null) == task.command().isEmpty()) {
      throw new InvalidFactory(
          path,
          "give exactly one of commandLine (a string, split like a shell splits words) and command (a list)");
    }
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
