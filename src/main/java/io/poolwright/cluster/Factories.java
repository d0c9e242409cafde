package io.poolwright.cluster;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.ListedFiles;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.factory.Factory;
import io.poolwright.factory.InvalidFactory;
import io.poolwright.snapshot.ListTrouble;
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
  static final String FIELD = "spec.taskFactory";

  private final FileLists lists;
  private final Map<String, Read> read = new ConcurrentHashMap<>();

  /** Jobs whose list is gone, by UID, with what they say of it. */
  private final Map<String, String> lost = new ConcurrentHashMap<>();

  public Factories(FileLists lists) {
    this.lists = lists;
  }

  private record Read(@Nullable Factory factory, @Nullable String complaint) {}

  /** Empty where the job has none, or one that makes no sense, or whose objects are not listed. */
  public Optional<Factory> of(Job job) {
    TaskFactory spec = job.getSpec().taskFactory();
    return spec == null || spec.type() == TaskFactory.Kind.TASK_COLLECTION || FileLists.waits(job)
        ? Optional.empty()
        : Optional.ofNullable(read(job, spec).factory());
  }

  /** What no schema sees; null where it makes sense. */
  @Nullable String complaint(Job job) {
    TaskFactory spec = job.getSpec().taskFactory();
    String gone = lost.get(job.getMetadata().getUid());
    return gone != null || spec == null || FileLists.waits(job)
        ? gone
        : read(job, spec).complaint();
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
    return read.computeIfAbsent(job.getMetadata().getUid(), k -> first(job, spec));
  }

  private Read first(Job job, TaskFactory spec) {
    ListedFiles list = job.statusOrNew().files();
    try {
      return new Read(
          spec.type() == TaskFactory.Kind.TASK_PER_FILE && list != null
              ? Factory.ofListed(spec, lists.keys(job, list), true)
              : Factory.of(spec, null),
          null);
    } catch (InvalidFactory e) {
      return new Read(null, e.below(FIELD).path() + ": " + e.getMessage());
    }
  }

  /**
   * The job has lost what its tasks are made of, and says so from now on. What runs already needs
   * its factory still.
   */
  public void lost(Job job, LostList why) {
    lost.put(job.getMetadata().getUid(), why.sentence());
  }

  /** Null where its list is there, as far as anybody knows. */
  public @Nullable ListTrouble lost(Job job) {
    String gone = lost.get(job.getMetadata().getUid());
    return gone == null ? null : new ListTrouble(gone, true);
  }

  public void forget(Job job) {
    read.remove(job.getMetadata().getUid());
    lost.remove(job.getMetadata().getUid());
  }
}
