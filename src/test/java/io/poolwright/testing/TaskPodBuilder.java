package io.poolwright.testing;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.poolwright.cluster.PodReader;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code aTaskPod("t", 1).running()}, {@code .ended(3)}: a task pod as the API server shows it.
 * Gated until told otherwise.
 */
public final class TaskPodBuilder {
  private final String task;
  private final int attempt;
  private final List<ContainerStatus> inits = new ArrayList<>();
  private final List<ContainerStatus> containers = new ArrayList<>();
  private String uid;
  private String phase = "Pending";
  private boolean gated = true;
  private boolean held = true;
  private boolean disrupted;
  private String ending = "";
  private @Nullable String reason;
  private @Nullable String message;
  private @Nullable String deleted;
  private @Nullable String machine;

  private TaskPodBuilder(String task, int attempt) {
    this.task = task;
    this.attempt = attempt;
    this.uid = uid(task, attempt);
  }

  public static TaskPodBuilder aTaskPod(String task, int attempt) {
    return new TaskPodBuilder(task, attempt);
  }

  /** The UID that a pod of this attempt has unless {@link #uid(String)} gives another. */
  public static String uid(String task, int attempt) {
    return "uid-of-" + task + "-" + attempt;
  }

  public TaskPodBuilder uid(String uid) {
    this.uid = uid;
    return this;
  }

  /** Let go, and not bound yet. */
  public TaskPodBuilder letGo() {
    gated = false;
    return this;
  }

  /** Its command runs. */
  public TaskPodBuilder running() {
    onMachine("Running");
    inits.add(container("stage-in", terminated(0, "Completed", null)));
    containers.add(container("task", runs()));
    containers.add(container("stage-out", runs()));
    return this;
  }

  /** Its command ended so, and what had to be stored is. */
  public TaskPodBuilder ended(int exitCode) {
    onMachine(exitCode == 0 ? "Succeeded" : "Failed");
    inits.add(container("stage-in", terminated(0, "Completed", null)));
    containers.add(
        container("task", terminated(exitCode, exitCode == 0 ? "Completed" : "Error", null)));
    containers.add(
        container("stage-out", terminated(0, "Completed", "{\"exitCode\":" + exitCode + "}")));
    return this;
  }

  /** The kubelet refused or evicted it. */
  public TaskPodBuilder failed(String reason, String message) {
    onMachine("Failed");
    this.reason = reason;
    this.message = message;
    return this;
  }

  /** Another pod of the same attempt, of a task that has several nodes. */
  public TaskPodBuilder subtask(int id) {
    ending = "-s" + id;
    uid = uid + ending;
    return this;
  }

  /** Its coordination command has succeeded. */
  public TaskPodBuilder coordinated() {
    containers.forEach(c -> c.setReady(true));
    return this;
  }

  /** Somebody takes its room or its machine away. */
  public TaskPodBuilder disrupted() {
    disrupted = true;
    return this;
  }

  public TaskPodBuilder deleting() {
    deleted = FakeClock.START.toString();
    return this;
  }

  /** Our finalizer is off. */
  public TaskPodBuilder released() {
    held = false;
    return this;
  }

  public PodSeen seen() {
    return PodReader.read(build());
  }

  public Pod build() {
    return new PodBuilder()
        .withNewMetadata()
        .withName(Names.taskPod(task, attempt) + ending)
        .withNamespace("team-a")
        .withUid(uid)
        .withCreationTimestamp(FakeClock.START.toString())
        .withDeletionTimestamp(deleted)
        .addToLabels(Names.ROLE, Names.ROLE_TASK)
        .addToLabels(Names.TASK, task)
        .addToLabels(Names.ATTEMPT, Integer.toString(attempt))
        .addToLabels(Names.NODE, "p-node-1")
        .withFinalizers(held ? List.of(Names.LEDGER) : List.of())
        .endMetadata()
        .withNewSpec()
        .withNodeName(machine)
        .withSchedulingGates(gated ? List.of(new PodSchedulingGate(Names.LEDGER)) : List.of())
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .withReason(reason)
        .withMessage(message)
        .withConditions(
            disrupted
                ? List.of(
                    new PodConditionBuilder()
                        .withType("DisruptionTarget")
                        .withStatus("True")
                        .build())
                : List.of())
        .withInitContainerStatuses(inits)
        .withContainerStatuses(containers)
        .endStatus()
        .build();
  }

  private void onMachine(String phase) {
    this.phase = phase;
    gated = false;
    machine = "machine-1";
  }

  private static ContainerStatus container(String name, ContainerState state) {
    return new ContainerStatusBuilder().withName(name).withState(state).build();
  }

  private static ContainerState runs() {
    return new ContainerStateBuilder()
        .withNewRunning()
        .withStartedAt(FakeClock.START.toString())
        .endRunning()
        .build();
  }

  private static ContainerState terminated(int exit, String reason, @Nullable String message) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(exit)
        .withReason(reason)
        .withMessage(message)
        .withStartedAt(FakeClock.START.toString())
        .withFinishedAt(FakeClock.START.plusSeconds(5).toString())
        .endTerminated()
        .build();
  }
}
