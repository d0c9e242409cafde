package io.poolwright.bench;

import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.job.Job;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolStatus;
import io.poolwright.api.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * A namespace of the benchmark's own, with an account for the operator that may do in it what the
 * chart lets it do, and no more.
 */
final class Grounds implements AutoCloseable {
  static final String POOL = "bench";
  private static final String OPERATOR = "operator";

  private final KubernetesClient client;
  private final String namespace;

  Grounds(KubernetesClient client, String namespace) throws IOException {
    this.client = client;
    this.namespace = namespace;
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(OPERATOR)
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
    Path shipped = Path.of("helm/poolwright/files/rbac/operator-rules.yaml");
    Role role = Serialization.unmarshal(Files.readString(shipped), Role.class);
    client
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName(OPERATOR)
                .withNamespace(namespace)
                .endMetadata()
                .withRules(role.getRules())
                .build())
        .create();
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName(OPERATOR)
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", OPERATOR)
                .addNewSubject("", "ServiceAccount", OPERATOR, namespace)
                .build())
        .create();
  }

  /** How the audit log calls the operator. */
  String operatorUser() {
    return "system:serviceaccount:" + namespace + ":" + OPERATOR;
  }

  /** Writes a kubeconfig with which one is the operator. */
  Path operatorKubeconfig(Path work) throws IOException {
    String token =
        client
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(OPERATOR)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(24L * 3600)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    Path file = work.resolve("operator.kubeconfig");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: bench
        contexts:
        - {name: bench, context: {cluster: bench, user: operator, namespace: %s}}
        clusters:
        - {name: bench, cluster: {server: "%s", certificate-authority-data: %s}}
        users:
        - {name: operator, user: {token: %s}}
        """
            .formatted(
                namespace,
                client.getConfiguration().getMasterUrl(),
                client.getConfiguration().getCaCertData(),
                token));
    return file;
  }

  /** Makes a pool on the fake nodes and waits for it. */
  void pool(int nodes, int slots) {
    Pool pool =
        client
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: poolwright.io/v1alpha1
                kind: Pool
                metadata: {name: %s, namespace: %s}
                spec:
                  targetDedicatedNodes: %d
                  taskSlotsPerNode: %d
                  node:
                    size: {cpu: "%d", memory: %dGi}
                    image: busybox
                    directory: {kind: none}
                    template:
                      nodeSelector: {type: kwok}
                      tolerations: [{key: kwok.x-k8s.io/node, operator: Exists}]
                """
                    .formatted(POOL, namespace, nodes, slots, slots, slots),
                Pool.class);
    client.resource(pool).create();
    awaitSteady(nodes);
  }

  /** Until the pool says that it has them, and nothing of others is left. */
  Duration resize(int nodes) {
    long start = System.nanoTime();
    client
        .resources(Pool.class)
        .inNamespace(namespace)
        .withName(POOL)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"targetDedicatedNodes\":" + nodes + "}}");
    awaitSteady(nodes);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  void awaitSteady(int nodes) {
    Awaitility.await("the pool has " + nodes + " nodes")
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> {
          Pool pool = client.resources(Pool.class).inNamespace(namespace).withName(POOL).get();
          PoolStatus status = pool.statusOrNew();
          return Long.valueOf(pool.getMetadata().getGeneration())
                  .equals(status.observedGeneration())
              && status.allocationState() == PoolStatus.AllocationState.STEADY
              && Integer.valueOf(nodes).equals(status.readyNodes())
              && Integer.valueOf(nodes).equals(status.currentDedicatedNodes());
        });
  }

  /**
   * Removes the jobs of a run, and waits until nothing of them is left that could burden the next.
   */
  void clear() {
    client.resources(Job.class).inNamespace(namespace).delete();
    client.batch().v1().jobs().inNamespace(namespace).delete();
    client
        .resources(Task.class)
        .inNamespace(namespace)
        .withoutLabel("app.kubernetes.io/managed-by")
        .delete();
    Awaitility.await("everything of the run is gone")
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> !hasTasks() && !hasPods());
  }

  private boolean hasTasks() {
    return !client.resources(Task.class).inNamespace(namespace).list(one()).getItems().isEmpty();
  }

  /** Pods that are not nodes. */
  boolean hasPods() {
    return !client
        .pods()
        .inNamespace(namespace)
        .withLabelNotIn("poolwright.io/role", "node")
        .list(one())
        .getItems()
        .isEmpty();
  }

  /** Ten thousand pods do not fit into this program. */
  private static ListOptions one() {
    return new ListOptionsBuilder().withLimit(1L).build();
  }

  @Override
  public void close() {
    client.namespaces().withName(namespace).delete();
  }
}
