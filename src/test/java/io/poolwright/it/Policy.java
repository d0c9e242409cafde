package io.poolwright.it;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.utils.Serialization;

/** A policy of the cluster that denies something in one space; it takes a while to be in force. */
final class Policy {
  private Policy() {}

  /**
   * @param spec what is looked at and has to be so, as YAML
   */
  static void deny(Space space, String spec) {
    space
        .user()
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: %s}
                spec:
                """
                        .formatted(space.name())
                    + spec.indent(2),
                ValidatingAdmissionPolicy.class))
        .create();
    space
        .user()
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: %1$s}
                spec:
                  policyName: %1$s
                  validationActions: [Deny]
                  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %1$s}}}
                """
                    .formatted(space.name()),
                ValidatingAdmissionPolicyBinding.class))
        .create();
  }

  static void allow(Space space) {
    space.user().resources(ValidatingAdmissionPolicyBinding.class).withName(space.name()).delete();
  }
}
