package io.poolwright.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;

/** How many pods a namespace may have. Its status is written here, for want of a controller. */
final class PodQuota {
  private static final String NAME = "pods";

  private final Space space;

  PodQuota(Space space) {
    this.space = space;
  }

  /**
   * From now on. It is made, or changed, so that it refuses all and then raised: so it is known to
   * be in force.
   *
   * @param there how many it counts now
   */
  void limit(int pods, int there) {
    put(there, there);
    space.awaitTrue("the quota is in force", this::refuses);
    if (pods > there) {
      put(pods, there);
      space.awaitTrue("the quota is raised", () -> !refuses());
    }
  }

  private void put(int pods, int there) {
    Map<String, Quantity> hard = Map.of("pods", new Quantity(Integer.toString(pods)));
    ResourceQuota quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withNamespace(space.name())
            .withName(NAME)
            .endMetadata()
            .withNewSpec()
            .withHard(hard)
            .endSpec()
            .build();
    space.user().resource(quota).serverSideApply();
    space
        .user()
        .resourceQuotas()
        .inNamespace(space.name())
        .withName(NAME)
        .editStatus(q ->
            new ResourceQuotaBuilder(q)
                .withNewStatus()
                .withHard(hard)
                .addToUsed("pods", new Quantity(Integer.toString(there)))
                .endStatus()
                .build());
  }

  private boolean refuses() {
    try {
      space
          .user()
          .raw(
              "/api/v1/namespaces/" + space.name() + "/pods?dryRun=All",
              "POST",
              Serialization.unmarshal(Space.stranger("probe"), ObjectNode.class));
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 403;
    }
  }

  void remove() {
    space.user().resourceQuotas().inNamespace(space.name()).withName(NAME).delete();
  }
}
