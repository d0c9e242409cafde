package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.poolwright.api.pool.Pool;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How the pods of a pool find each other, and who is kept away from them. */
class NetworkIT {
  private static final String ON = "{\"spec\":{\"enableInterNodeCommunication\":true}}";
  private static final String OFF = "{\"spec\":{\"enableInterNodeCommunication\":false}}";

  private static @Nullable Service service(Space space) {
    return space.user().services().inNamespace(space.name()).withName("pool-p").get();
  }

  private static @Nullable NetworkPolicy policy(Space space) {
    return space
        .user()
        .network()
        .v1()
        .networkPolicies()
        .inNamespace(space.name())
        .withName("pool-p")
        .get();
  }

  private static void joinedPool(Space space, int nodes) {
    space.apply(
        """
        apiVersion: poolwright.io/v1alpha1
        kind: Pool
        metadata: {name: p}
        spec:
          targetDedicatedNodes: %d
          enableInterNodeCommunication: true
          node: {size: {cpu: "1", memory: 1Gi}, image: busybox}
        """
            .formatted(nodes));
  }

  private static List<String> writes(RunningOperator operator, String resource) {
    return operator.tap().writes().stream()
        .filter(w -> w.resource().equals(resource))
        .map(Tap.Write::toString)
        .toList();
  }

  @Test
  void nodesAndTasksOfAPoolHaveNamesWhereItAsksForThem() {
    try (Space space = new Space("joined")) {
      RunningOperator operator = space.operator();
      joinedPool(space, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      space.kubelet().script(space.name(), "j-a", End.always(new End.Hang()));
      space.job("j", "p", 0, "a");
      space.awaitTrue("runs", () -> !space.kubelet().ran(space.name()).isEmpty());

      Service service = service(space);
      assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
      assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
      assertThat(service.getMetadata().getOwnerReferences())
          .extracting(o -> o.getUid())
          .containsExactly(space.pool("p").getMetadata().getUid());
      Pod node = space.nodePods().getFirst();
      Pod task = space.taskPods().getFirst();
      assertThat(node.getSpec().getHostname()).isEqualTo("p-node-1");
      assertThat(task.getSpec().getHostname()).isEqualTo("j-a");
      assertThat(List.of(node, task))
          .allSatisfy(pod -> {
            assertThat(pod.getSpec().getSubdomain()).isEqualTo("pool-p");
            assertThat(pod.getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector());
          });
      assertThat(policy(space)).isNull();

      space.kubelet().finish(space.name(), "j-a", End.SUCCESS);
      space.awaitCompleted("j");
      space.merge(Pool.class, "p", OFF);

      space.awaitTrue("the Service is gone", () -> service(space) == null);
      space.awaitPool("p", p -> p.getStatus().observedGeneration() == 2L);
      assertThat(writes(operator, "services"))
          .startsWith("POST services", "DELETE services/pool-p")
          .filteredOn(w -> !w.startsWith("DELETE"))
          .hasSize(1);
    }
  }

  @Test
  void aServiceThatIsRemovedOrChangedIsPutRight() {
    try (Space space = new Space("putright")) {
      space.operator();
      joinedPool(space, 0);
      space.awaitTrue("there", () -> service(space) != null);
      Service first = service(space);

      space
          .user()
          .resource(
              new ServiceBuilder(first)
                  .editSpec()
                  .withSelector(Map.of("app", "other"))
                  .endSpec()
                  .build())
          .update();
      space.awaitTrue(
          "changed back",
          () -> service(space).getSpec().getSelector().equals(first.getSpec().getSelector()));
      assertThat(service(space).getMetadata().getUid()).isEqualTo(first.getMetadata().getUid());

      // By its label it is watched.
      space
          .user()
          .resource(first)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"metadata\":{\"labels\":{\"poolwright.io/role\":null,\"mine\":\"too\"}}}");
      space.awaitTrue(
          "labelled again",
          () ->
              "network".equals(service(space).getMetadata().getLabels().get("poolwright.io/role")));
      assertThat(service(space).getMetadata().getLabels()).containsEntry("mine", "too");

      space.user().resource(first).delete();
      space.awaitTrue(
          "made again",
          () ->
              service(space) != null
                  && !service(space).getMetadata().getUid().equals(first.getMetadata().getUid()));
    }
  }

  @Test
  void aServiceOfSomebodyElseIsLeftAloneAndSaid() {
    try (Space space = new Space("foreign")) {
      space.apply(
          """
          apiVersion: v1
          kind: Service
          metadata: {name: pool-p}
          spec: {selector: {app: web}, ports: [{port: 80}]}
          """);
      Service foreign = service(space);
      RunningOperator operator = space.operator();
      joinedPool(space, 1);

      Pool pool = space.awaitPool("p", p -> Space.reason(p).equals("NameConflict"));

      assertThat(Space.ready(pool.getStatus().conditions()).message())
          .contains("Service named pool-p", "does not belong to this pool");
      assertThat(space.nodePods()).isEmpty();
      // What makes it look again does not make it try again.
      space.merge(Pool.class, "p", "{\"metadata\":{\"annotations\":{\"look\":\"again\"}}}");
      space.merge(Pool.class, "p", "{\"spec\":{\"displayName\":\"seen\"}}");
      space.awaitPool("p", p -> p.getStatus().observedGeneration() == 2L);
      assertThat(writes(operator, "services")).containsExactly("POST services");
      assertThat(service(space)).isEqualTo(foreign);

      space.user().resource(foreign).delete();

      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
      assertThat(service(space).getSpec().getClusterIP()).isEqualTo("None");
    }
  }

  @Test
  void aServiceThatIsRefusedIsSaidAndTriedAgain() {
    try (Space space = new Space("refused")) {
      space.apply(
          """
          apiVersion: v1
          kind: ResourceQuota
          metadata: {name: no-services}
          spec: {hard: {services: "0"}}
          """);
      Resource<ResourceQuota> quota =
          space.user().resourceQuotas().inNamespace(space.name()).withName("no-services");
      // Written here, for want of a controller.
      quota
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"status\":{\"hard\":{\"services\":\"0\"},\"used\":{\"services\":\"0\"}}}");
      Service probe =
          new ServiceBuilder()
              .withNewMetadata()
              .withName("probe")
              .withNamespace(space.name())
              .endMetadata()
              .withNewSpec()
              .withClusterIP("None")
              .endSpec()
              .build();
      space.awaitTrue("the quota is in force", () -> isRefused(space, probe));
      space.operator();
      joinedPool(space, 1);

      Pool pool = space.awaitPool("p", p -> Space.reason(p).equals("NetworkRefused"));

      assertThat(Space.ready(pool.getStatus().conditions()).message())
          .contains("Service named pool-p was refused", "exceeded quota");
      assertThat(space.nodePods()).isEmpty();

      quota.delete();

      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));
    }
  }

  private static boolean isRefused(Space space, Service service) {
    try {
      space.user().resource(service).dryRun().create();
      return false;
    } catch (KubernetesClientException e) {
      return e.getCode() == 403;
    }
  }

  @Test
  void poolsAreKeptApartWhereTheOperatorIsToldSo() {
    try (Space space = new Space("apart")) {
      RunningOperator operator = space.isolatingOperator();
      space.pool("p", 1, 1);
      space.awaitPool("p", p -> Space.reason(p).equals("Steady"));

      NetworkPolicy closed = policy(space);
      assertThat(closed.getSpec().getPolicyTypes()).containsExactly("Ingress");
      assertThat(closed.getSpec().getIngress()).isEmpty();
      assertThat(space.nodePods().getFirst().getMetadata().getLabels())
          .containsAllEntriesOf(closed.getSpec().getPodSelector().getMatchLabels());
      assertThat(service(space)).isNull();
      // Nobody was in before the door was closed.
      List<String> made =
          operator.tap().writes().stream()
              .filter(w -> w.verb().equals("POST"))
              .map(Tap.Write::resource)
              .toList();
      assertThat(made.indexOf("networkpolicies")).isLessThan(made.indexOf("pods"));

      space.merge(Pool.class, "p", ON);
      space.awaitTrue(
          "open among themselves", () -> !policy(space).getSpec().getIngress().isEmpty());
      space.awaitTrue("joined", () -> service(space) != null);
      space.merge(Pool.class, "p", OFF);
      space.awaitTrue("closed again", () -> policy(space).getSpec().getIngress().isEmpty());
      assertThat(writes(operator, "networkpolicies"))
          .containsExactly(
              "POST networkpolicies", "PUT networkpolicies/pool-p", "PUT networkpolicies/pool-p");

      operator.close();
      space.operator();

      space.awaitTrue("the switch is off", () -> policy(space) == null);
    }
  }
}
