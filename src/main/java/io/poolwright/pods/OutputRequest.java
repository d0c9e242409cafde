package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobSpec.LogUpload;
import io.poolwright.api.task.OutputFile;
import io.poolwright.api.task.Task;
import io.poolwright.pods.TaskPods.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the uploader of a task is asked to store. */
final class OutputRequest {
  private OutputRequest() {}

  /** Where nothing can be stored the pod has no stage-out at all. */
  static boolean any(Task task, Job job) {
    return !task.getSpec().outputFiles().isEmpty() || job.getSpec().logs() != LogUpload.NEVER;
  }

  static String of(Task task, Job job, Place place, List<EnvVar> environment) {
    List<Map<String, Object>> files = new ArrayList<>();
    for (int i = 0; i < task.getSpec().outputFiles().size(); i++) {
      OutputFile file = task.getSpec().outputFiles().get(i);
      Map<String, Object> destination = new LinkedHashMap<>();
      put(destination, "bucket", file.destination().container().bucket());
      put(destination, "path", FileConventions.path(file.destination().container(), task, job));
      List<OutputFile.UploadHeader> headers = file.destination().container().uploadHeaders();
      if (!headers.isEmpty()) {
        destination.put("headers", headers);
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("field", "spec.outputFiles[" + i + "]");
      entry.put("filePattern", file.filePattern());
      Map<String, String> variables = PatternVariables.of(file.filePattern(), environment);
      if (!variables.isEmpty()) {
        entry.put("variables", variables);
      }
      entry.put("destination", destination);
      entry.put("uploadCondition", condition(file));
      files.add(entry);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(
        "logs",
        switch (job.getSpec().logs()) {
          case ALWAYS -> "Always";
          case ON_FAILURE -> "OnFailure";
          case NEVER -> "Never";
        });
    all.put(
        "logsPrefix",
        "poolwright/"
            + job.getMetadata().getName()
            + "/"
            + task.id()
            + "/"
            + place.attempt()
            + "/"
            + (place.subtask() == 0 ? "" : "subtask-" + place.subtask() + "/"));
    all.put("files", files);
    return NodePods.json(all);
  }

  private static String condition(OutputFile file) {
    if (file.uploadOptions() == null || file.uploadOptions().uploadCondition() == null) {
      return "TaskCompletion";
    }
    return switch (file.uploadOptions().uploadCondition()) {
      case TASK_SUCCESS -> "TaskSuccess";
      case TASK_FAILURE -> "TaskFailure";
      case TASK_COMPLETION -> "TaskCompletion";
    };
  }

  private static void put(Map<String, Object> entry, String name, @Nullable String value) {
    if (value != null) {
      entry.put(name, value);
    }
  }
}
