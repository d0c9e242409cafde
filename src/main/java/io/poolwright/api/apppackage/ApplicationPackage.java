package io.poolwright.api.apppackage;

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

/** A versioned archive that every node of a pool unpacks once. */
@JsonClassDescription(
    "A program that nodes have before they take tasks: its versions, each an archive in object storage or an image.")
@Group("poolwright.io")
@Version("v1alpha1")
@ShortNames("apkg")
@Categories("poolwright")
@ValidationRule(value = "has(self.spec)", message = "spec is required")
@ValidationRule(
    value = "self.metadata.name.size() <= 63",
    message = "metadata.name: at most 63 characters, so that it can be referred to")
@AdditionalPrinterColumn(name = "Default", jsonPath = ".spec.defaultVersion")
@AdditionalPrinterColumn(name = "Versions", jsonPath = ".spec.versions[*].version")
@AdditionalPrinterColumn(name = "States", jsonPath = ".status.versions[*].state")
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
public final class ApplicationPackage
    extends CustomResource<ApplicationPackageSpec, ApplicationPackageStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable ApplicationPackageSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable ApplicationPackageStatus initStatus() {
    return null;
  }

  public ApplicationPackageStatus statusOrNew() {
    ApplicationPackageStatus status = getStatus();
    return status == null ? ApplicationPackageStatus.NEW : status;
  }
}
