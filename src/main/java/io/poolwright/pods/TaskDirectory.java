package io.poolwright.pods;

import io.poolwright.api.task.Task;

/** Where a task's files are within its node's directory, and what is there to read them with. */
public final class TaskDirectory {
  public static final String BUSYBOX_OF_NODES = PodParts.BUSYBOX;
  public static final String BUSYBOX_OF_TASKS = PodParts.RUN + "/busybox";

  /** What a script ends with that does not find the directory. */
  public static final int ABSENT = 66;

  private TaskDirectory() {}

  /** An absolute path. */
  public static String of(Task task) {
    return PodParts.ROOT + "/" + within(task);
  }

  /** Relative to the node's directory. */
  static String within(Task task) {
    String job = task.getSpec().jobId();
    return "workitems/" + (job == null ? "" : job) + "/job-1/" + task.getMetadata().getName();
  }
}
