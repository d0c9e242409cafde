package io.poolwright.api.job;

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

/** A group of tasks that run on one pool. */
@JsonClassDescription(
    "Tasks that belong together, on one pool. Not the Job of batch/v1: kubectl knows it as bjob or jobs.poolwright.io.")
@Group("poolwright.io")
@Version("v1alpha1")
@ShortNames("bjob")
@Categories("poolwright")
@ValidationRule(value = "has(self.spec)", message = "spec is required")
@ValidationRule(
    value =
        "self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
    message = "metadata.name: at most 63 lower-case letters, digits and dashes")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || !has(oldSelf.spec.desiredState) || oldSelf.spec.desiredState.lowerAscii() != 'terminated'"
            + " || (has(self.spec.desiredState) && self.spec.desiredState.lowerAscii() == 'terminated')",
    message = "spec.desiredState: a terminated job cannot be made active again; create another job")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || (has(self.spec.onTaskFailure) == has(oldSelf.spec.onTaskFailure)"
            + " && (!has(self.spec.onTaskFailure) || self.spec.onTaskFailure.lowerAscii() == oldSelf.spec.onTaskFailure.lowerAscii()))",
    message = "spec.onTaskFailure cannot be changed; create another job")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || !has(oldSelf.spec.tasks) || (has(self.spec.tasks)"
            + " && self.spec.tasks.size() >= oldSelf.spec.tasks.size()"
            + " && self.spec.tasks.slice(0, oldSelf.spec.tasks.size()) == oldSelf.spec.tasks)",
    message =
        "spec.tasks: inline tasks can be added at the end, not removed, changed or put in another order; what may change of one that is there is changed in its Task")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || has(self.spec.taskFactory) == has(oldSelf.spec.taskFactory)"
            + " && (!has(self.spec.taskFactory) || self.spec.taskFactory == oldSelf.spec.taskFactory)",
    message = "spec.taskFactory cannot be changed; create another job")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || !has(self.spec.poolInfo.poolId) || !has(oldSelf.spec.poolInfo.poolId)"
            + " || self.spec.poolInfo.poolId == oldSelf.spec.poolInfo.poolId"
            + " || (has(oldSelf.status) && has(oldSelf.status.state) && oldSelf.status.state == 'Disabled')",
    message =
        "spec.poolInfo can only be changed while the job is disabled: set desiredState to Disabled, and wait for state Disabled")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || (!has(self.spec.poolInfo.autoPoolSpecification) && !has(oldSelf.spec.poolInfo.autoPoolSpecification))"
            + " || (has(self.spec.poolInfo.autoPoolSpecification) && has(oldSelf.spec.poolInfo.autoPoolSpecification)"
            + " && has(self.spec.poolInfo.autoPoolSpecification.autoPoolIdPrefix) == has(oldSelf.spec.poolInfo.autoPoolSpecification.autoPoolIdPrefix)"
            + " && (!has(self.spec.poolInfo.autoPoolSpecification.autoPoolIdPrefix) || self.spec.poolInfo.autoPoolSpecification.autoPoolIdPrefix == oldSelf.spec.poolInfo.autoPoolSpecification.autoPoolIdPrefix)"
            + " && has(self.spec.poolInfo.autoPoolSpecification.poolLifetimeOption) == has(oldSelf.spec.poolInfo.autoPoolSpecification.poolLifetimeOption)"
            + " && (!has(self.spec.poolInfo.autoPoolSpecification.poolLifetimeOption) || self.spec.poolInfo.autoPoolSpecification.poolLifetimeOption.lowerAscii() == oldSelf.spec.poolInfo.autoPoolSpecification.poolLifetimeOption.lowerAscii())"
            + " && self.spec.poolInfo.autoPoolSpecification.pool.?taskSlotsPerNode.orValue(1) == oldSelf.spec.poolInfo.autoPoolSpecification.pool.?taskSlotsPerNode.orValue(1))",
    message =
        "spec.poolInfo.autoPoolSpecification: a job keeps it, with its autoPoolIdPrefix, poolLifetimeOption and pool.taskSlotsPerNode; create another job")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || (has(self.spec.jobManagerTask) == has(oldSelf.spec.jobManagerTask)"
            + " && (!has(self.spec.jobManagerTask) || self.spec.jobManagerTask == oldSelf.spec.jobManagerTask))",
    message = "spec.jobManagerTask cannot be changed; create another job")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || (has(self.spec.jobPreparationTask) == has(oldSelf.spec.jobPreparationTask)"
            + " && (!has(self.spec.jobPreparationTask) || self.spec.jobPreparationTask == oldSelf.spec.jobPreparationTask))",
    message = "spec.jobPreparationTask cannot be changed; create another job")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || (has(self.spec.jobReleaseTask) == has(oldSelf.spec.jobReleaseTask)"
            + " && (!has(self.spec.jobReleaseTask) || self.spec.jobReleaseTask == oldSelf.spec.jobReleaseTask))",
    message = "spec.jobReleaseTask cannot be changed; create another job")
@AdditionalPrinterColumn(name = "Pool", jsonPath = ".status.executionInfo.poolId")
@AdditionalPrinterColumn(name = "State", jsonPath = ".status.state")
@AdditionalPrinterColumn(name = "Done", jsonPath = ".status.progress")
@AdditionalPrinterColumn(
    name = "Running",
    jsonPath = ".status.taskCounts.running",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Failed",
    jsonPath = ".status.taskCounts.failed",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class Job extends CustomResource<JobSpec, JobStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable JobSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable JobStatus initStatus() {
    return null;
  }

  public JobStatus statusOrNew() {
    JobStatus status = getStatus();
    return status == null ? JobStatus.NEW : status;
  }

  /** Tasks that may have a node at the same time. */
  public int parallelTasks() {
    return getSpec().parallelTasks();
  }

  public JobState stateOrActive() {
    JobState state = statusOrNew().state();
    return state == null ? JobState.ACTIVE : state;
  }
}
