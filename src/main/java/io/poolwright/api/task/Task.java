package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** One command to be run exactly as often as its outcome demands. */
@JsonClassDescription(
    "One command, its files, and its end. Inline tasks of a Job become such objects.")
@Group("poolwright.io")
@Version("v1alpha1")
@ShortNames("btask")
@Categories("poolwright")
@ValidationRule(
    value = "has(self.spec) && has(self.spec.jobId)",
    message = "spec.jobId: name the Job that this task belongs to")
@ValidationRule(
    value =
        "!has(oldSelf.spec.jobId) || (self.spec.jobId == oldSelf.spec.jobId"
            + " && has(self.spec.commandLine) == has(oldSelf.spec.commandLine)"
            + " && (!has(self.spec.commandLine) || self.spec.commandLine == oldSelf.spec.commandLine)"
            + " && (!has(self.spec.command) || self.spec.command == oldSelf.spec.command))",
    message =
        "jobId, commandLine and command cannot be changed; delete the task and create another")
@ValidationRule(
    value =
        "!has(oldSelf.status) || !has(oldSelf.status.state) || oldSelf.status.state != 'Running'"
            + " || (has(self.spec.requiredSlots) ? self.spec.requiredSlots : 1)"
            + " == (has(oldSelf.spec.requiredSlots) ? oldSelf.spec.requiredSlots : 1)",
    message =
        "spec.requiredSlots cannot be changed while the task runs: its attempt holds the slots that it was started with; change it while the task waits")
@AdditionalPrinterColumn(name = "Job", jsonPath = ".spec.jobId")
@AdditionalPrinterColumn(name = "State", jsonPath = ".status.state")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(
    name = "Exit",
    jsonPath = ".status.executionInfo.exitCode",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Retries",
    jsonPath = ".status.executionInfo.retryCount",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Node", jsonPath = ".status.nodeInfo.nodeId")
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class Task extends CustomResource<TaskSpec, TaskStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable TaskSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable TaskStatus initStatus() {
    return null;
  }

  /** The task's id within its job: {@code spec.id}, or the object's name. */
  public String id() {
    String id = getSpec().id();
    return id == null ? getMetadata().getName() : id;
  }

  public TaskStatus statusOrNew() {
    TaskStatus status = getStatus();
    return status == null ? TaskStatus.NEW : status;
  }
}
