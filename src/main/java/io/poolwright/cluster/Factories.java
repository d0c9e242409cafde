package io.poolwright.cluster;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.factory.Factory;
import io.poolwright.factory.InvalidFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The factories of jobs, read once: a factory cannot be changed. A TaskCollection is none in this
 * sense: its tasks are written one by one, and each becomes an object as inline tasks do.
 */
public final class Factories {
  private static final String FIELD = "spec.taskFactory";

  private final Map<String, Read> read = new ConcurrentHashMap<>();

  private record Read(@Nullable Factory factory, @Nullable String complaint) {}

  /** Empty where the job has none, or one that makes no sense. */
  public Optional<Factory> of(Job job) {
    TaskFactory spec = job.getSpec().taskFactory();
    return spec == null || spec.type() == TaskFactory.Kind.TASK_COLLECTION
        ? Optional.empty()
        : Optional.ofNullable(read(job, spec).factory());
  }

  /** What no schema sees; null where it makes sense. */
  @Nullable String complaint(Job job) {
    TaskFactory spec = job.getSpec().taskFactory();
    return spec == null ? null : read(job, spec).complaint();
  }

  /** The tasks of the job that become objects: those written one by one, and a merge task. */
  public List<TaskSpec> objects(Job job) {
    TaskFactory spec = job.getSpec().taskFactory();
    if (spec == null) {
      return job.getSpec().tasks();
    }
    if (spec.type() == TaskFactory.Kind.TASK_COLLECTION) {
      return complaint(job) == null ? spec.tasks() : List.of();
    }
    return of(job).map(Factory::mergeTask).map(List::of).orElse(List.of());
  }

  private Read read(Job job, TaskFactory spec) {
    return read.computeIfAbsent(job.getMetadata().getUid(), k -> read(spec));
  }

  private static Read read(TaskFactory spec) {
    try {
      return new Read(Factory.of(spec, null), null);
    } catch (InvalidFactory e) {
      return new Read(null, e.below(FIELD).path() + ": " + e.getMessage());
    }
  }

  public void forget(Job job) {
    read.remove(job.getMetadata().getUid());
  }
}
