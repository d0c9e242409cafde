package io.poolwright.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;

/**
 * Passes over what nobody reads of the pods that the API server sends, some six times in the life
 * of each. What is sent is written whole.
 */
final class SlimPods {
  private SlimPods() {}

  static ObjectMapper in(ObjectMapper mapper) {
    return mapper
        .addMixIn(ObjectMeta.class, Meta.class)
        .addMixIn(PodSpec.class, Spec.class)
        .addMixIn(Container.class, OfContainer.class)
        .addMixIn(ContainerStatus.class, Status.class);
  }

  @JsonIgnoreProperties(value = "managedFields", allowGetters = true)
  private interface Meta {}

  @JsonIgnoreProperties(
      value = {
        "affinity",
        "dnsConfig",
        "ephemeralContainers",
        "hostAliases",
        "imagePullSecrets",
        "initContainers",
        "securityContext",
        "tolerations",
        "topologySpreadConstraints",
        "volumes"
      },
      allowGetters = true)
  private interface Spec {}

  /** Whose requests are read where the pool lends. */
  @JsonIgnoreProperties(
      value = {
        "args",
        "command",
        "env",
        "envFrom",
        "lifecycle",
        "livenessProbe",
        "ports",
        "readinessProbe",
        "securityContext",
        "startupProbe",
        "volumeDevices",
        "volumeMounts"
      },
      allowGetters = true)
  private interface OfContainer {}

  @JsonIgnoreProperties(
      value = {"allocatedResources", "resources", "user", "volumeMounts"},
      allowGetters = true)
  private interface Status {}
}
