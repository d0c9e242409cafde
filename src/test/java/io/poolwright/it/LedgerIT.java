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

  private static Pod create(Space space) {
    Pod stranger =
        space.user().getKubernetesSerialization().unmarshal(Space.stranger("both"), Pod.class);
    return space
        .user()
        .resource(
            new PodBuilder(stranger)
                .editMetadata()
                .withNamespace(space.name())
                .addToLabels(Names.ROLE, Names.ROLE_TASK)
                .withFinalizers(OTHERS, Names.LEDGER)
                .endMetadata()
                .editSpec()
                .withSchedulingGates(
                    new PodSchedulingGate(OTHERS), new PodSchedulingGate(Names.LEDGER))
                .endSpec()
                .build())
        .create();
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
