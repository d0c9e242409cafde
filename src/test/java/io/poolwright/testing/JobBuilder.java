package io.poolwright.testing;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.Span;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobPreparationTask;
import io.poolwright.api.job.JobReleaseTask;
import io.poolwright.api.job.JobSpec;
import io.poolwright.api.job.JobSpec.DesiredState;
import io.poolwright.api.job.JobSpec.DisableTasks;
import io.poolwright.api.job.JobSpec.JobConstraints;
import io.poolwright.api.job.JobSpec.LogUpload;
import io.poolwright.api.job.JobSpec.OnAllTasksComplete;
import io.poolwright.api.job.JobSpec.OnTaskFailure;
import io.poolwright.api.job.JobSpec.PoolInfo;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.JobStatus;
import io.poolwright.api.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code aJob("j").tasks(3).retries(2).build()}: an active job on pool {@code p} unless told
 * otherwise.
 */
public final class JobBuilder {
  private final String name;
  private final List<TaskSpec> tasks = new ArrayList<>();
  private final List<EnvironmentSetting> environment = new ArrayList<>();
  private String pool = "p";
  private @Nullable Integer priority;
  private @Nullable Integer retries;
  private @Nullable Span maxWallClockTime;
  private @Nullable OnAllTasksComplete onAllTasksComplete;
  private @Nullable OnTaskFailure onTaskFailure;
  private @Nullable DesiredState desiredState;
  private @Nullable LogUpload logs;
  private @Nullable DisableTasks disableTasks;
  private @Nullable JobState state;
  private @Nullable JobPreparationTask preparation;
  private @Nullable JobReleaseTask release;

  private JobBuilder(String name) {
    this.name = name;
  }

  public static JobBuilder aJob(String name) {
    return new JobBuilder(name);
  }

  /** Inline tasks with the ids t0, t1… */
  public JobBuilder tasks(int count) {
    for (int i = 0; i < count; i++) {
      tasks.add(TaskBuilder.aTask("t" + i).inline());
    }
    return this;
  }

  public JobBuilder on(String pool) {
    this.pool = pool;
    return this;
  }

  public JobBuilder priority(int priority) {
    this.priority = priority;
    return this;
  }

  public JobBuilder retries(int retries) {
    this.retries = retries;
    return this;
  }

  public JobBuilder maxWallClockTime(String text) {
    this.maxWallClockTime = new Span(text);
    return this;
  }

  public JobBuilder onAllTasksComplete(OnAllTasksComplete action) {
    this.onAllTasksComplete = action;
    return this;
  }

  public JobBuilder onTaskFailure(OnTaskFailure action) {
    this.onTaskFailure = action;
    return this;
  }

  public JobBuilder env(String name, @Nullable String value) {
    environment.add(new EnvironmentSetting(name, value));
    return this;
  }

  public JobBuilder logs(LogUpload logs) {
    this.logs = logs;
    return this;
  }

  public JobBuilder toBeTerminated() {
    this.desiredState = DesiredState.TERMINATED;
    return this;
  }

  public JobBuilder toBeDisabled(DisableTasks how) {
    this.desiredState = DesiredState.DISABLED;
    this.disableTasks = how;
    return this;
  }

  public JobBuilder prepared(JobPreparationTask task) {
    this.preparation = task;
    return this;
  }

  public JobBuilder released(JobReleaseTask task) {
    this.release = task;
    return this;
  }

  public JobBuilder in(JobState state) {
    this.state = state;
    return this;
  }

  public Job build() {
    Job job = new Job();
    job.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("team-a")
            .withUid("uid-of-" + name)
            .withGeneration(1L)
            .withCreationTimestamp(FakeClock.START.toString())
            .build());
    JobConstraints limits =
        retries == null && maxWallClockTime == null
            ? null
            : new JobConstraints(maxWallClockTime, retries);
    job.setSpec(
        new JobSpec(
            null,
            new PoolInfo(pool, null),
            priority,
            environment,
            null,
            preparation,
            release,
            limits,
            onAllTasksComplete,
            onTaskFailure,
            null,
            null,
            null,
            desiredState,
            disableTasks,
            logs,
            tasks,
            null));
    if (state != null) {
      job.setStatus(
          new JobStatus(
              1L, state, null, null, null, null, null, null, null, List.of(), null, null,
              List.of()));
    }
    return job;
  }
}
