package io.poolwright.chart;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The very rules that the chart ships, so that tests run with those and no others. */
public final class ShippedRbac {
  static final Path FILES = Path.of("helm", "poolwright", "files", "rbac");

  private ShippedRbac() {}

  /** What the operator may do in the namespaces that it serves. */
  public static ClusterRole operator() {
    return new ClusterRoleBuilder()
        .withNewMetadata()
        .withName("poolwright")
        .endMetadata()
        .withRules(rules("operator-rules.yaml"))
        .build();
  }

  /** The same as a Role, for an operator that serves only some namespaces. */
  public static Role operatorIn(String namespace) {
    return role("poolwright", namespace, "operator-rules.yaml");
  }

  /** What the operator may do in its own namespace to elect a leader. */
  public static Role leases(String namespace) {
    return role("poolwright-leases", namespace, "lease-rules.yaml");
  }

  /** What joins the cluster's view role. */
  public static ClusterRole view() {
    return aggregated("view");
  }

  /** What joins the cluster's edit role. */
  public static ClusterRole edit() {
    return aggregated("edit");
  }

  /** What it may do besides, where it gives out tokens. */
  public static ClusterRole tokens() {
    return new ClusterRoleBuilder()
        .withNewMetadata()
        .withName("poolwright-tokens")
        .endMetadata()
        .withRules(rules("token-rules.yaml"))
        .build();
  }

  /** What RBAC cannot say. */
  public static List<HasMetadata> policies() {
    Path file = FILES.resolveSibling("policy").resolve("job-tokens.yaml");
    try (InputStream policies = Files.newInputStream(file)) {
      return new KubernetesSerialization().unmarshal(policies);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClusterRole aggregated(String into) {
    return new ClusterRoleBuilder()
        .withNewMetadata()
        .withName("poolwright-" + into)
        .addToLabels("rbac.authorization.k8s.io/aggregate-to-" + into, "true")
        .endMetadata()
        .withRules(rules(into + "-rules.yaml"))
        .build();
  }

  private static Role role(String name, String namespace, String file) {
    return new RoleBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withRules(rules(file))
        .build();
  }

  private static List<PolicyRule> rules(String file) {
    try {
      return Serialization.unmarshal(Files.readString(FILES.resolve(file)), ClusterRole.class)
          .getRules();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
