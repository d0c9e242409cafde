package io.poolwright.api.jobschedule;

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

/** Makes jobs over time, one after the other (section 6 of the reference). */
@JsonClassDescription("Makes jobs over time, never two that run at once.")
@Group("poolwright.io")
@Version("v1alpha1")
@ShortNames("bsched")
@Categories("poolwright")
@ValidationRule(value = "has(self.spec)", message = "spec is required")
@ValidationRule(
    value =
        "self.metadata.name.size() <= 52 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "metadata.name: at most 52 lower-case letters, digits and dashes; a job's name has a number besides")
@AdditionalPrinterColumn(name = "State", jsonPath = ".status.state")
@AdditionalPrinterColumn(name = "Next", jsonPath = ".status.executionInfo.nextRunTime")
@AdditionalPrinterColumn(name = "Job", jsonPath = ".status.executionInfo.recentJob.id")
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
public final class JobSchedule extends CustomResource<JobScheduleSpec, JobScheduleStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable JobScheduleSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable JobScheduleStatus initStatus() {
    return null;
  }

  public JobScheduleStatus statusOrNew() {
    JobScheduleStatus status = getStatus();
    return status == null ? JobScheduleStatus.NEW : status;
  }

  public JobScheduleState stateOrActive() {
    JobScheduleState state = statusOrNew().state();
    return state == null ? JobScheduleState.ACTIVE : state;
  }
}
