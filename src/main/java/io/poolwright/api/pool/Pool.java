package io.poolwright.api.pool;

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

/** Warm compute nodes: pods that have done their start task and unpacked their packages. */
@JsonClassDescription(
    "Warm compute nodes: pods that have done their start task and unpacked their packages. Jobs name a pool, and their tasks run on its nodes.")
@Group("poolwright.io")
@Version("v1alpha1")
@ShortNames("bpool")
@Categories("poolwright")
@ValidationRule(value = "has(self.spec)", message = "spec is required")
@ValidationRule(
    value =
        "self.metadata.name.size() <= 50 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
    message = "metadata.name: at most 50 lower-case letters, digits and dashes")
@ValidationRule(
    value =
        "!has(oldSelf.spec) || !has(self.spec) || self.spec.?taskSlotsPerNode.orValue(1) == oldSelf.spec.?taskSlotsPerNode.orValue(1)",
    message = "spec.taskSlotsPerNode cannot be changed; create another pool")
@AdditionalPrinterColumn(
    name = "Target",
    jsonPath = ".status.targetDedicatedNodes",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Nodes",
    jsonPath = ".status.currentDedicatedNodes",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Spot",
    jsonPath = ".status.currentLowPriorityNodes",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.readyNodes",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Used",
    jsonPath = ".status.usedSlots",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Slots",
    jsonPath = ".status.totalSlots",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Allocation", jsonPath = ".status.allocationState")
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
public final class Pool extends CustomResource<PoolSpec, PoolStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable PoolSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable PoolStatus initStatus() {
    return null;
  }

  public PoolStatus statusOrNew() {
    PoolStatus status = getStatus();
    return status == null ? PoolStatus.NEW : status;
  }

  /** How many nodes that are not Spot it is to have; what is not said is what it has. */
  public int dedicatedTarget() {
    return first(getSpec().targetDedicatedNodes(), statusOrNew().targetDedicatedNodes());
  }

  /** The same of Spot nodes. */
  public int lowPriorityTarget() {
    return first(getSpec().targetLowPriorityNodes(), statusOrNew().targetLowPriorityNodes());
  }

  private static int first(@Nullable Integer said, @Nullable Integer present) {
    return said != null ? said : present != null ? present : 0;
  }

  /** Whether it has nodes that are not Spot, or its formula may give it some. */
  public boolean mayHaveDedicatedNodes() {
    return getSpec().autoScales() || dedicatedTarget() > 0;
  }
}
