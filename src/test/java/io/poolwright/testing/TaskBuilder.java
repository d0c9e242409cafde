package io.poolwright.testing;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.poolwright.api.ApplicationPackageReference;
import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.Span;
import io.poolwright.api.task.DependsOn;
import io.poolwright.api.task.ExitConditions;
import io.poolwright.api.task.MultiInstanceSettings;
import io.poolwright.api.task.OutputFile;
import io.poolwright.api.task.Task;
import io.poolwright.api.task.TaskConstraints;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.api.task.TaskState;
import io.poolwright.api.task.TaskStatus;
import io.poolwright.api.task.TaskStatus.Attempt;
import io.poolwright.api.task.TaskStatus.ExecutionInfo;
import io.poolwright.api.task.TaskStatus.NodeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code aTask("t").of("j").command("true").build()}: an active task that nobody has looked at,
 * unless told otherwise.
 */
public final class TaskBuilder {
  private final String name;
  private final List<EnvironmentSetting> environment = new ArrayList<>();
  private final List<ResourceFile> resources = new ArrayList<>();
  private final List<OutputFile> outputs = new ArrayList<>();
  private final List<ApplicationPackageReference> packages = new ArrayList<>();
  private String job = "j";
  private @Nullable String id;
  private @Nullable String commandLine;
  private List<String> command = List.of("true");
  private @Nullable String image;
  private @Nullable Integer slots;
  private @Nullable Integer retries;
  private @Nullable Span maxWallClockTime;
  private @Nullable Span retentionTime;
  private @Nullable TaskStatus status;
  private @Nullable DependsOn dependsOn;
  private @Nullable ExitConditions exits;
  private @Nullable MultiInstanceSettings multiInstance;

  private TaskBuilder(String name) {
    this.name = name;
  }

  public static TaskBuilder aTask(String name) {
    return new TaskBuilder(name);
  }

  public TaskBuilder of(String job) {
    this.job = job;
    return this;
  }

  public TaskBuilder id(String id) {
    this.id = id;
    return this;
  }

  public TaskBuilder commandLine(String line) {
    this.commandLine = line;
    this.command = List.of();
    return this;
  }

  public TaskBuilder command(String... words) {
    this.command = List.of(words);
    return this;
  }

  public TaskBuilder image(String image) {
    this.image = image;
    return this;
  }

  public TaskBuilder slots(int slots) {
    this.slots = slots;
    return this;
  }

  public TaskBuilder retries(int retries) {
    this.retries = retries;
    return this;
  }

  public TaskBuilder maxWallClockTime(String text) {
    this.maxWallClockTime = new Span(text);
    return this;
  }

  public TaskBuilder retentionTime(String text) {
    this.retentionTime = new Span(text);
    return this;
  }

  public TaskBuilder env(String name, @Nullable String value) {
    environment.add(new EnvironmentSetting(name, value));
    return this;
  }

  public TaskBuilder input(ResourceFile file) {
    resources.add(file);
    return this;
  }

  public TaskBuilder output(OutputFile file) {
    outputs.add(file);
    return this;
  }

  public TaskBuilder withPackage(String application, @Nullable String version) {
    packages.add(new ApplicationPackageReference(application, version));
    return this;
  }

  public TaskBuilder dependsOn(DependsOn on) {
    this.dependsOn = on;
    return this;
  }

  public TaskBuilder exits(ExitConditions exits) {
    this.exits = exits;
    return this;
  }

  /** It has so many nodes at once. */
  public TaskBuilder instances(int number, ResourceFile... common) {
    this.multiInstance = new MultiInstanceSettings(number, "start daemon", List.of(common));
    return this;
  }

  /** The ledger names this attempt, and its pod as {@link TaskPodBuilder} makes it. */
  public TaskBuilder running(int attempt, int retriesSoFar) {
    this.status =
        new TaskStatus(
            1L,
            TaskState.RUNNING,
            new ExecutionInfo(
                FakeClock.START.toString(), null, null, null, null, retriesSoFar, null),
            new NodeInfo("p", "p-node-1"),
            new Attempt(
                attempt, name + "-" + attempt, TaskPodBuilder.uid(name, attempt), null, null),
            null,
            List.of());
    return this;
  }

  public TaskBuilder status(TaskStatus status) {
    this.status = status;
    return this;
  }

  /** As it stands in a Job's {@code tasks}. */
  public TaskSpec inline() {
    return spec(name, null);
  }

  public Task build() {
    Task task = new Task();
    task.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("team-a")
            .withUid("uid-of-" + name)
            .withGeneration(1L)
            .withCreationTimestamp(FakeClock.START.toString())
            .build());
    task.setSpec(spec(id, job));
    if (status != null) {
      task.setStatus(status);
    }
    return task;
  }

  private TaskSpec spec(@Nullable String id, @Nullable String job) {
    boolean limited = retries != null || maxWallClockTime != null || retentionTime != null;
    return new TaskSpec(
        id,
        job,
        null,
        commandLine,
        command,
        image == null ? null : new ContainerSettings(image, null, List.of(), null),
        environment,
        resources,
        outputs,
        packages,
        null,
        slots,
        Map.of(),
        null,
        limited ? new TaskConstraints(retries, maxWallClockTime, retentionTime) : null,
        dependsOn,
        exits,
        null,
        null,
        multiInstance);
  }
}
