package io.poolwright.it;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;

/** A policy of the cluster: nobody changes what a pod of one namespace shows. */
final class FixedStates {
  static final String WORDS = "Nodes keep the state they have.";

  private final Space space;

  private FixedStates(Space space) {
    this.space = space;
  }

  /** Returns once it is in force. */
  static void in(Space space) {
    Policy.deny(
        space,
        """
        matchConstraints:
          resourceRules:
            - {apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [UPDATE]}
        matchConditions:
          - name: shows
            expression: has(oldObject.metadata.labels) && 'poolwright.io/state' in oldObject.metadata.labels
        validations:
          - expression: >-
              object.metadata.labels['poolwright.io/state'] == oldObject.metadata.labels['poolwright.io/state']
            message: %s
        """
            .formatted(WORDS));
    new FixedStates(space).await();
  }

  private void await() {
    String other = Space.stranger("probe");
    space.apply(
        other.replace("{name: probe}", "{name: probe, labels: {poolwright.io/state: one}}"));
    space.awaitTrue("the policy is in force", this::isRefused);
    space.user().pods().inNamespace(space.name()).withName("probe").withGracePeriod(0).delete();
  }

  private boolean isRefused() {
    try {
      space
          .user()
          .pods()
          .inNamespace(space.name())
          .withName("probe")
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.JSON_MERGE)
                  .withDryRun(List.of("All"))
                  .build(),
              "{\"metadata\":{\"labels\":{\"poolwright.io/state\":\"another\"}}}");
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 422;
    }
  }
}
