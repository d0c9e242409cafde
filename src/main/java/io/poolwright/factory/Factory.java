package io.poolwright.factory;

import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.job.TaskFactory.Kind;
import io.poolwright.api.task.DependsOn;
import io.poolwright.api.task.DependsOn.TaskIdRange;
import io.poolwright.api.task.TaskSpec;
import java.math.BigInteger;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A task factory as a function from index to task. Any task can be asked for at once: none is kept,
 * and none before it is made. The same factory gives the same tasks, always.
 */
public final class Factory {
  private static final String NO_KEY = "-";

  private final long size;
  private final LongFunction<TaskSpec> tasks;
  private final LongFunction<TaskSpec> outlines;
  private final @Nullable TaskSpec mergeTask;

  private Factory(
      long size,
      LongFunction<TaskSpec> tasks,
      LongFunction<TaskSpec> outlines,
      @Nullable TaskSpec mergeTask) {
    this.size = size;
    this.tasks = tasks;
    this.outlines = outlines;
    this.mergeTask = mergeTask;
  }

  /**
   * Of what the schema admits. The rest is looked at here: once there is a factory, every one of
   * its tasks can be made.
   *
   * @param files the objects in the bucket of a {@code TaskPerFile}; null where nobody looked
   */
  public static Factory of(TaskFactory spec, @Nullable Listing files) throws InvalidFactory {
    FactoryRules.check(spec, files != null);
    if (spec.type() == Kind.TASK_COLLECTION) {
      return collection(spec.tasks());
    }
    Generator generator = Generators.of(spec, files == null ? new Listing(List.of()) : files);
    return of(spec, generator, generator);
  }

  /**
   * A {@code TaskPerFile} of keys that were listed for it, each of which makes a task. They are
   * read where a task is asked for.
   *
   * @param known whether a factory of the same was made before: nothing is looked for in the keys
   */
  public static Factory ofListed(TaskFactory spec, List<String> keys, boolean known)
      throws InvalidFactory {
    FactoryRules.check(spec, true);
    return of(
        spec,
        Generators.ofListed(spec, keys, known),
        Generators.ofListed(spec, Collections.nCopies(keys.size(), NO_KEY), true));
  }

  /**
   * @param blank of as many tasks, with values that cost nothing
   */
  private static Factory of(TaskFactory spec, Generator generator, Generator blank)
      throws InvalidFactory {
    long size = size(generator.size());
    if (spec.repeatTask() == null) {
      throw new InvalidFactory("repeatTask", "is required");
    }
    TaskTemplate template = new TaskTemplate(spec.repeatTask(), generator);
    return new Factory(
        size,
        index -> template.fill(index, generator.values(index)),
        index -> template.fill(index, blank.values(index)),
        merge(spec.mergeTask(), size));
  }

  private static long size(BigInteger size) throws InvalidFactory {
    if (size.compareTo(BigInteger.valueOf(TaskFactory.MOST_TASKS)) > 0) {
      throw new InvalidFactory(
          "", "makes " + size + " tasks; a job has at most " + TaskFactory.MOST_TASKS);
    }
    return size.longValueExact();
  }

  private static Factory collection(List<TaskSpec> tasks) throws InvalidFactory {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < tasks.size(); i++) {
      TaskSpec task = tasks.get(i);
      String path = "tasks[" + i + "]";
      if (task.id() == null) {
        throw new InvalidFactory(path + ".id", "is required");
      }
      if (!ids.add(task.id())) {
        throw new InvalidFactory(path + ".id", "\"" + task.id() + "\" is another task's already");
      }
      if (task.jobId() != null) {
        throw new InvalidFactory(
            path + ".jobId", "is for Task objects; a task of a factory belongs to its job");
      }
      if (task.desiredState() != null) {
        throw new InvalidFactory(path + ".desiredState", "is for Task objects; leave it out");
      }
      TaskRules.check(path, task);
      TaskRules.checkWhole(path, task);
    }
    LongFunction<TaskSpec> all = index -> tasks.get((int) index);
    return new Factory(tasks.size(), all, all, null);
  }

  private static @Nullable TaskSpec merge(@Nullable TaskSpec task, long size)
      throws InvalidFactory {
    if (task == null) {
      return null;
    }
    if (task.id() != null) {
      throw new InvalidFactory("mergeTask.id", "cannot be chosen: it is \"merge\"");
    }
    if (task.jobId() != null) {
      throw new InvalidFactory("mergeTask.jobId", "is for Task objects; it belongs to its job");
    }
    if (task.dependsOn() != null) {
      throw new InvalidFactory("mergeTask.dependsOn", "cannot be chosen: it depends on all others");
    }
    if (task.desiredState() != null) {
      throw new InvalidFactory("mergeTask.desiredState", "is for Task objects; leave it out");
    }
    if (task.multiInstanceSettings() != null) {
      throw new InvalidFactory(
          "mergeTask.multiInstanceSettings",
          "is not for tasks of a factory; add a Task object to the job, or give the job tasks");
    }
    TaskRules.check("mergeTask", task);
    return new TaskSpec(
        "merge",
        null,
        task.displayName(),
        task.commandLine(),
        task.command(),
        task.containerSettings(),
        task.environmentSettings(),
        task.resourceFiles(),
        task.outputFiles(),
        task.applicationPackageReferences(),
        task.userIdentity(),
        task.requiredSlots(),
        task.resources(),
        task.affinityInfo(),
        task.constraints(),
        size == 0 ? null : new DependsOn(List.of(), List.of(new TaskIdRange(0, (int) size - 1))),
        task.exitConditions(),
        null,
        task.authenticationTokenSettings(),
        null);
  }

  /** How many tasks there are, the merge task not counted. */
  public long size() {
    return size;
  }

  /**
   * The task of an index; its id is the index, but in a {@code TaskCollection}.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ index &lt; size
   */
  public TaskSpec task(long index) {
    return tasks.apply(known(index));
  }

  /**
   * The same with anything in place of a listed key: what does not come from a key is right. For a
   * list that is read only where a task is made.
   */
  public TaskSpec outline(long index) {
    return outlines.apply(known(index));
  }

  private long known(long index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("task " + index + " of " + size);
    }
    return index;
  }

  /** The task that depends on all others; null where there is none. */
  public @Nullable TaskSpec mergeTask() {
    return mergeTask;
  }
}
