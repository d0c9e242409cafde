package io.poolwright.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.poolwright.cluster.Clients;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.PodReader;
import io.poolwright.cluster.Statuses;
import io.poolwright.pods.Names;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Others may have a say about our pods too: what they put on one is theirs to take off. */
class LedgerIT {
  private static final String OTHERS = "example.com/other";
  private static final String OWNER = "b1946ac9-0000-4000-8000-000000000001";

  @Test
  void lettingGoTakesOurGateOffAndNoOther() {
    try (Space space = new Space("gates");
        KubernetesClient client = Clients.build(space.api().operatorConfig(), Map.of())) {
      Pod pod = create(space);
      Ledger ledger = new Ledger(client, new Statuses(client));

      ledger.letGo(space.name(), "both", "another-uid");
      assertThat(read(space).getSpec().getSchedulingGates()).hasSize(2);

      ledger.letGo(space.name(), "both", pod.getMetadata().getUid());

      assertThat(read(space).getSpec().getSchedulingGates())
          .extracting(PodSchedulingGate::getName)
          .containsExactly(OTHERS);
      remove(space);
    }
  }

  @Test
  void aReleaseTakesOurFinalizerOffAndNoOther() {
    try (Space space = new Space("finalizers");
        KubernetesClient client = Clients.build(space.api().operatorConfig(), Map.of())) {
      Pod pod = create(space);
      Ledger ledger = new Ledger(client, new Statuses(client));

      ledger.release(space.name(), PodReader.read(pod), true);

      Pod left = read(space);
      assertThat(left.getMetadata().getDeletionTimestamp()).isNotNull();
      assertThat(left.getMetadata().getFinalizers()).containsExactly(OTHERS);
      remove(space);
      space.awaitTrue("gone", () -> space.taskPods().isEmpty());
    }
  }

  @Test
  void whatIsMadeIsKnownAsTheApiServerHasIt() {
    try (Space space = new Space("made");
        KubernetesClient client = Clients.ofOperator(space.api().operatorConfig(), Map.of())) {
      Ledger ledger = new Ledger(client, new Statuses(client));
      Pod wanted = held(space);

      Ledger.Made made = ledger.create(wanted, OWNER);
      assertThat(made).isInstanceOf(Ledger.Ours.class);
      Pod ours = ((Ledger.Ours) made).pod();
      Pod there = read(space);
      assertThat(ours.getMetadata().getUid()).isEqualTo(there.getMetadata().getUid());
      assertThat(ours.getMetadata().getResourceVersion())
          .isEqualTo(there.getMetadata().getResourceVersion());
      assertThat(PodReader.read(ours)).isEqualTo(PodReader.read(there));
      assertThat(there.getSpec().getContainers().getFirst().getImage())
          .isEqualTo(wanted.getSpec().getContainers().getFirst().getImage());

      assertThat(ledger.create(wanted, OWNER))
          .isInstanceOfSatisfying(
              Ledger.Ours.class,
              again ->
                  assertThat(again.pod().getMetadata().getUid())
                      .isEqualTo(there.getMetadata().getUid()));
      assertThat(ledger.create(wanted, "another"))
          .isInstanceOfSatisfying(
              Ledger.Stranger.class, no -> assertThat(no.message()).contains("pod named both"));
      Pod invalid =
          new PodBuilder(wanted).editMetadata().withName("Not_A_Name").endMetadata().build();
      assertThat(ledger.create(invalid, OWNER))
          .isInstanceOfSatisfying(
              Ledger.Refused.class,
              no -> assertThat(no.message()).contains("metadata.name").contains("Not_A_Name"));
      remove(space);
    }
  }

  @Test
  void whoWroteWhichFieldIsNotRecordedOnceThePodIsLetGo() {
    try (Space space = new Space("records");
        KubernetesClient client = Clients.ofOperator(space.api().operatorConfig(), Map.of())) {
      Pod pod = create(space);
      assertThat(read(space).getMetadata().getManagedFields()).isNotEmpty();
      Ledger ledger = new Ledger(client, new Statuses(client));

      ledger.letGo(space.name(), "both", pod.getMetadata().getUid());
      ledger.preempt(space.name(), "both", pod.getMetadata().getUid(), "j/t");

      Pod now = read(space);
      assertThat(now.getMetadata().getAnnotations()).containsEntry(Names.PREEMPTED_FOR, "j/t");
      assertThat(now.getMetadata().getManagedFields()).isEmpty();
      remove(space);
    }
  }

  private static Pod create(Space space) {
    return space.user().resource(held(space)).create();
  }

  private static Pod held(Space space) {
    Pod stranger =
        space.user().getKubernetesSerialization().unmarshal(Space.stranger("both"), Pod.class);
    return new PodBuilder(stranger)
        .editMetadata()
        .withNamespace(space.name())
        .addToLabels(Names.ROLE, Names.ROLE_TASK)
        .withFinalizers(OTHERS, Names.LEDGER)
        .addNewOwnerReference()
        .withApiVersion("v1")
        .withKind("ConfigMap")
        .withName("owner")
        .withUid(OWNER)
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .editSpec()
        .withSchedulingGates(new PodSchedulingGate(OTHERS), new PodSchedulingGate(Names.LEDGER))
        .endSpec()
        .build();
  }

  private static Pod read(Space space) {
    return space.user().pods().inNamespace(space.name()).withName("both").get();
  }

  private static void remove(Space space) {
    var pod = space.user().pods().inNamespace(space.name()).withName("both");
    pod.edit(p -> new PodBuilder(p).editMetadata().withFinalizers(List.of()).endMetadata().build());
    pod.withGracePeriod(0).delete();
  }
}
