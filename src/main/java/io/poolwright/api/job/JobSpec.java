package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.Span;
import io.poolwright.api.task.TaskSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a job is to do (section 5.1 of the reference). */
@JsonClassDescription("What is to be run, and where.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "!has(self.jobReleaseTask) || has(self.jobPreparationTask)",
    message =
        "jobReleaseTask: it runs on nodes that were prepared; give a jobPreparationTask as well")
@ValidationRule(
    value =
        "!has(self.jobReleaseTask) || !has(self.jobPreparationTask)"
            + " || (has(self.jobReleaseTask.id) ? self.jobReleaseTask.id : 'jobrelease')"
            + " != (has(self.jobPreparationTask.id) ? self.jobPreparationTask.id : 'jobpreparation')",
    message = "jobReleaseTask.id: jobPreparationTask has it already; choose another")
@ValidationRule(
    value = "!has(self.tasks) || !has(self.taskFactory)",
    message = "give tasks or taskFactory, not both; a TaskCollection takes tasks as they are")
public record JobSpec(
    @Size(max = 1024) @JsonPropertyDescription("A name for people.") @Nullable String displayName,
    @Required
        @JsonPropertyDescription(
            "The pool that runs the tasks. One that poolId names need not exist yet.")
        PoolInfo poolInfo,
    @Min(-1000)
        @Max(1000)
        @Default("0")
        @JsonPropertyDescription("Among the jobs of one pool: higher goes first.")
        @Nullable Integer priority,
    @Size(max = 512) @JsonPropertyDescription("Environment of every task of the job.")
        List<EnvironmentSetting> commonEnvironmentSettings,
    @JsonPropertyDescription(
            "A task that runs before the job's others, and may make them and end the job. It cannot be changed.")
        @Nullable JobManagerTask jobManagerTask,
    @JsonPropertyDescription(
            "Runs once on each node before the job's first task there. It cannot be changed.")
        @Nullable JobPreparationTask jobPreparationTask,
    @JsonPropertyDescription(
            "Runs once on each node that was prepared, when the job ends. It cannot be changed.")
        @Nullable JobReleaseTask jobReleaseTask,
    @JsonPropertyDescription("Limits of the job, and defaults for its tasks.")
        @Nullable JobConstraints constraints,
    @JsonPropertyDescription(
            "TerminateJob: the job completes once all its tasks have. NoAction: it stays active and takes more. TerminateJob where the job"
                + " has tasks inline or a taskFactory, NoAction otherwise.")
        @Nullable OnAllTasksComplete onAllTasksComplete,
    @JsonPropertyDescription(
            "PerformExitOptionsJobAction: a task that fails does to the job what its exitConditions say, which is Terminate where they say nothing. NoAction unless given.")
        @Nullable OnTaskFailure onTaskFailure,
    @JsonPropertyDescription(
            "false: tasks with dependsOn are refused. They are allowed unless it is given.")
        @Nullable Boolean usesTaskDependencies,
    @JsonPropertyDescription(
            "true: tasks of jobs with a higher priority in the pool that find no room may stop running tasks of this job, which run again later. false unless given.")
        @Nullable Boolean allowTaskPreemption,
    @Min(-1)
        @Max(1000000)
        @ValidationRule(
            value = "self != 0",
            message = "maxParallelTasks: give -1 for no limit, or a number from 1 up")
        @JsonPropertyDescription(
            "How many tasks of the job have a node at the same time; -1, without limit, unless given.")
        @Nullable Integer maxParallelTasks,
    @Default("Active")
        @JsonPropertyDescription(
            "Disabled: no task starts, and disableTasks says what becomes of those that run. Terminated: running tasks are stopped and the job completes.")
        @Nullable DesiredState desiredState,
    @JsonPropertyDescription(
            "What Disabled does to running tasks. Requeue: they are stopped, and run again later. Terminate: they are stopped and fail. Wait: they end by themselves. Requeue unless given.")
        @Nullable DisableTasks disableTasks,
    @JsonPropertyDescription(
            "Whether stdout.txt and stderr.txt go to the linked storage: Always (the default), OnFailure or Never.")
        @Nullable LogUpload logUpload,
    @Size(max = 1000)
        @ValidationRule(
            value = "self.all(t, has(t.id))",
            message = "tasks: each inline task needs an id")
        @ValidationRule(
            value = "self.all(t, !has(t.jobId))",
            message = "tasks: jobId is for Task objects; an inline task belongs to its job")
        @ValidationRule(
            value = "self.all(t, !has(t.desiredState))",
            message =
                "tasks: desiredState is for Task objects; set it on the Task that the job made of this one")
        @JsonPropertyDescription("Tasks written here; each becomes a Task named <job>-<id>.")
        List<TaskSpec> tasks,
    @JsonPropertyDescription(
            "Many tasks from one description; there is no Task object for each. It cannot be changed.")
        @Nullable TaskFactory taskFactory) {

  public JobSpec {
    commonEnvironmentSettings =
        commonEnvironmentSettings == null ? List.of() : List.copyOf(commonEnvironmentSettings);
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
  }

  public int priorityOrZero() {
    return priority == null ? 0 : priority;
  }

  public boolean wantsTermination() {
    return desiredState == DesiredState.TERMINATED;
  }

  public boolean wantsDisabling() {
    return desiredState == DesiredState.DISABLED;
  }

  public DisableTasks disablesHow() {
    return disableTasks == null ? DisableTasks.REQUEUE : disableTasks;
  }

  public boolean performsJobActions() {
    return onTaskFailure == OnTaskFailure.PERFORM_EXIT_OPTIONS_JOB_ACTION;
  }

  public boolean allowsDependencies() {
    return usesTaskDependencies == null || usesTaskDependencies;
  }

  /** Whether running tasks may be stopped for those of jobs with a higher priority. */
  public boolean allowsPreemption() {
    return Boolean.TRUE.equals(allowTaskPreemption);
  }

  /** Tasks that may have a node at the same time. */
  public int parallelTasks() {
    return maxParallelTasks == null || maxParallelTasks < 0 ? Integer.MAX_VALUE : maxParallelTasks;
  }

  /**
   * TerminateJob where tasks are inline or of a factory, NoAction otherwise, unless the user says.
   */
  public boolean endsWithItsTasks() {
    return onAllTasksComplete == null
        ? !tasks.isEmpty() || taskFactory != null
        : onAllTasksComplete == OnAllTasksComplete.TERMINATE_JOB;
  }

  public JobConstraints limits() {
    return constraints == null ? JobConstraints.NONE : constraints;
  }

  public LogUpload logs() {
    return logUpload == null ? LogUpload.ALWAYS : logUpload;
  }

  /** The pool: one that is there for many jobs, or one of the job's own. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.poolId) != has(self.autoPoolSpecification)",
      message = "poolInfo: give either poolId or autoPoolSpecification")
  public record PoolInfo(
      @Size(min = 1, max = 50) @JsonPropertyDescription("Name of a Pool in the same namespace.")
          @Nullable String poolId,
      @JsonPropertyDescription("A pool that is made for the job, and goes with it.")
          @Nullable AutoPoolSpecification autoPoolSpecification) {}

  /** Limits of the job; {@code maxTaskRetryCount} is the default of its tasks. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record JobConstraints(
      @Pattern(Span.PATTERN)
          @JsonPropertyDescription("How long the job may take from its creation on.")
          @Nullable Span maxWallClockTime,
      @Min(-1)
          @Max(1000000)
          @JsonPropertyDescription("Retries of tasks that do not say their own; 0 unless given.")
          @Nullable Integer maxTaskRetryCount) {
    public static final JobConstraints NONE = new JobConstraints(null, null);
  }

  /** What happens when every task is completed. */
  public enum OnAllTasksComplete {
    @JsonProperty("NoAction")
    NO_ACTION,
    @JsonProperty("TerminateJob")
    TERMINATE_JOB
  }

  /** Poolwright's form of Azure's verbs on a job. */
  public enum DesiredState {
    @JsonProperty("Active")
    ACTIVE,
    @JsonProperty("Disabled")
    DISABLED,
    @JsonProperty("Terminated")
    TERMINATED
  }

  /** What happens to the job when a task fails. */
  public enum OnTaskFailure {
    @JsonProperty("NoAction")
    NO_ACTION,
    @JsonProperty("PerformExitOptionsJobAction")
    PERFORM_EXIT_OPTIONS_JOB_ACTION
  }

  /** What becomes of running tasks when their job is disabled. */
  public enum DisableTasks {
    @JsonProperty("Requeue")
    REQUEUE,
    @JsonProperty("Terminate")
    TERMINATE,
    @JsonProperty("Wait")
    WAIT
  }

  /** When the standard streams of a task are stored. */
  public enum LogUpload {
    @JsonProperty("Always")
    ALWAYS,
    @JsonProperty("OnFailure")
    ON_FAILURE,
    @JsonProperty("Never")
    NEVER
  }
}
