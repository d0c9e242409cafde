package io.poolwright.plan.job;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobManagerTask;
import io.poolwright.api.job.JobSpec;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.pods.Owners;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a job makes objects of, each at its place: the job manager first, then those that
 * are written one by one and a merge task.
 */
public final class OwnTasks {
  private OwnTasks() {}

  /**
   * @param written all but the job manager
   * @param pool null where it does not exist; then a manager that is to have a node for itself
   *     takes one slot here, and must not be made
   */
  public static List<TaskSpec> of(Job job, List<TaskSpec> written, @Nullable Pool pool) {
    JobManagerTask manager = job.getSpec().jobManagerTask();
    if (manager == null) {
      return written;
    }
    List<TaskSpec> all = new ArrayList<>(written.size() + 1);
    all.add(manager.asTask(pool == null ? 1 : pool.getSpec().slotsPerNode()));
    all.addAll(written);
    return all;
  }

  /** Whether nothing can be made before the pool says how many slots its nodes have. */
  static boolean needPool(Job job) {
    JobManagerTask manager = job.getSpec().jobManagerTask();
    return manager != null && manager.runsAlone();
  }

  /** Where the task of a place is written. */
  public static String field(Job job, int place) {
    if (job.getSpec().jobManagerTask() != null && place == 0) {
      return "spec.jobManagerTask";
    }
    int written = job.getSpec().jobManagerTask() == null ? place : place - 1;
    TaskFactory factory = job.getSpec().taskFactory();
    if (factory == null) {
      return "spec.tasks[" + written + "]";
    }
    return factory.type() == TaskFactory.Kind.TASK_COLLECTION
        ? "spec.taskFactory.tasks[" + written + "]"
        : "spec.taskFactory.mergeTask";
  }

  /** Whether other tasks may begin: a manager waits for a node before all others. */
  public static boolean managerIsMade(Job job) {
    return job.getSpec().jobManagerTask() == null || MadeTasks.of(job.statusOrNew()).has(0);
  }

  /** The job's manager, where the task is that; null where it is not. */
  public static @Nullable JobManagerTask manager(@Nullable Job job, Task task) {
    JobManagerTask manager = job == null ? null : job.getSpec().jobManagerTask();
    return manager != null
            && job != null
            && manager.id().equals(task.getSpec().id())
            && Owners.own(task, job.getMetadata().getUid())
        ? manager
        : null;
  }

  /**
   * What is wrong where two of them have one id. No rule in the schema says so: to compare each
   * with each would cost too much.
   */
  static Optional<String> idTwice(Job job, List<TaskSpec> inline) {
    JobSpec spec = job.getSpec();
    if (spec.jobManagerTask() != null
        && spec.taskFactory() != null
        && spec.jobManagerTask().id().matches("[0-9]+")) {
      return Optional.of(
          "spec.jobManagerTask.id: "
              + spec.jobManagerTask().id()
              + " may be the id of a task of spec.taskFactory, which are numbers; delete the job, and"
              + " create it with another");
    }
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < inline.size(); i++) {
      String id = String.valueOf(inline.get(i).id());
      Integer before = places.putIfAbsent(id, i);
      if (before != null) {
        return Optional.of(
            field(job, i)
                + ".id: "
                + id
                + " is the id of "
                + field(job, before)
                + " too; delete the job, and create it with ids that differ");
      }
    }
    return Optional.empty();
  }
}
