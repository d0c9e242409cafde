package io.poolwright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.poolwright.testing.LooseSchema;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the cluster refuses is said where the user looks, and goes on by itself once it is mended.
 */
class RefusalsE2E {
  @RegisterExtension static final Tenant tenant = new Tenant("refusals");

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String POOL =
      """
      apiVersion: poolwright.io/v1alpha1
      kind: Pool
      metadata: {name: %s}
      spec:
        targetDedicatedNodes: 1
        node:
          size: {cpu: "%s", memory: %s}
          image: busybox:1.36
          directory: {kind: None}
          %s
      """;
  private static final String JOB =
      """
      apiVersion: poolwright.io/v1alpha1
      kind: Job
      metadata: {name: %1$s}
      spec:
        poolInfo: {poolId: %1$s}
        tasks: [{id: t, command: ["true"], requiredSlots: %2$d}]
      """;

  @BeforeAll
  static void start() {
    tenant.apply(
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: memory}
        spec:
          hard: {requests.memory: 600Mi}
        """);
    tenant.apply(POOL.formatted("giant", "1000", "64Mi", ""));
    tenant.apply(POOL.formatted("greedy", "50m", "900Mi", ""));
    tenant.apply(
        POOL.formatted(
            "rooted",
            "50m",
            "64Mi",
            "template: {securityContext: {runAsNonRoot: false, runAsUser: 0}}"));
    tenant.apply(JOB.formatted("later", 1));
    tenant.apply(JOB.formatted("greedy", 1));
  }

  @Test
  void aNodeThatNoMachineCanHoldIsSaidWithTheSchedulersWords() {
    tenant.awaitPool("giant", "NoMachineLargeEnough", PATIENCE);

    assertThat(Tenant.message(tenant.pool("giant").statusOrNew().conditions()))
        .contains("Insufficient cpu");
    assertThat(tenant.pool("giant").statusOrNew().readyNodes()).isZero();
  }

  @Test
  void whatPodSecurityRefusesIsSaid() {
    tenant.awaitPool("rooted", "PodSecurity", PATIENCE);

    assertThat(Tenant.message(tenant.pool("rooted").statusOrNew().conditions()))
        .contains("PodSecurity", "restricted");
    assertThat(tenant.history().pool("rooted")).doesNotContain("Steady Steady");
  }

  @Test
  void aQuotaThatIsLiftedLetsThePoolGrowAndItsJobRun() {
    tenant.awaitPool("greedy", "QuotaExceeded", PATIENCE);
    assertThat(Tenant.message(tenant.pool("greedy").statusOrNew().conditions()))
        .contains("exceeded quota: memory");

    tenant
        .client()
        .resources(ResourceQuota.class)
        .inNamespace(tenant.namespace())
        .withName("memory")
        .delete();

    tenant.completedJob("greedy", PATIENCE);
    assertThat(tenant.history().pool("greedy"))
        .containsSubsequence("Resizing QuotaExceeded", "Steady Steady");
    assertThat(tenant.history().job("greedy").getLast()).isEqualTo("Completed Succeeded");
  }

  @Test
  void aJobWaitsForThePoolThatItNames() {
    tenant.awaitTask("later-t", PATIENCE, s -> Tenant.says(s.conditions(), "PoolNotFound"));
    assertThat(Tenant.message(tenant.job("later").statusOrNew().conditions()))
        .contains("spec.poolInfo.poolId", "later");

    tenant.apply(POOL.formatted("later", "50m", "64Mi", ""));

    tenant.completedJob("later", PATIENCE);
    assertThat(tenant.history().task("later-t"))
        .containsSubsequence("Active PoolNotFound", "Running Running", "Completed Succeeded");
    assertThat(tenant.history().job("later"))
        .containsSubsequence("Active PoolNotFound", "Active Active", "Completed Succeeded");

    tenant.apply(
        JOB.formatted("later", 1)
            .replace("name: later", "name: wide")
            .replace("requiredSlots: 1", "requiredSlots: 3"));
    tenant.awaitTask("wide-t", PATIENCE, s -> Tenant.says(s.conditions(), "RequiredSlotsTooLarge"));
    assertThat(tenant.history().task("wide-t")).doesNotContain("Running Running");
  }

  @Test
  void anObjectThatCannotBeReadSaysSoAndStopsNoOther() {
    tenant.apply(POOL.formatted("readable", "50m", "64Mi", ""));
    LooseSchema.during(
        tenant.client(),
        "pools.poolwright.io",
        "taskSlotsPerNode",
        RefusalsE2E::anUnreadablePoolIsMade);
    tenant.apply(JOB.formatted("readable", 1));
    tenant.apply(JOB.formatted("unreadable", 1));

    tenant.completedJob("readable", PATIENCE);
    tenant.await(
        "the pool says that it cannot be read",
        PATIENCE,
        () -> unreadable().get().toString().contains("cannot be read"));
    tenant.awaitTask("unreadable-t", PATIENCE, s -> Tenant.says(s.conditions(), "PoolNotFound"));
    assertThat(tenant.history().job("readable"))
        .containsSubsequence("Active Active", "Completed Succeeded");

    unreadable().delete();
    tenant.apply(POOL.formatted("unreadable", "50m", "64Mi", ""));
    tenant.completedJob("unreadable", PATIENCE);
    assertThat(tenant.history().task("unreadable-t"))
        .containsSubsequence("Active PoolNotFound", "Running Running", "Completed Succeeded");
  }

  private static Resource<GenericKubernetesResource> unreadable() {
    return tenant
        .client()
        .genericKubernetesResources("poolwright.io/v1alpha1", "Pool")
        .inNamespace(tenant.namespace())
        .withName("unreadable");
  }

  private static boolean anUnreadablePoolIsMade() {
    String yaml =
        POOL.formatted("unreadable", "50m", "64Mi", "")
            .replace(
                "targetDedicatedNodes: 1",
                "targetDedicatedNodes: 1\n  taskSlotsPerNode: 5000000000");
    GenericKubernetesResource pool =
        tenant
            .client()
            .getKubernetesSerialization()
            .unmarshal(yaml, GenericKubernetesResource.class);
    try {
      tenant.client().resource(pool).inNamespace(tenant.namespace()).create();
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }
}
