package io.poolwright.plan.pool;

import static io.poolwright.testing.PoolBuilder.aPool;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.poolwright.api.pool.Pool;
import io.poolwright.plan.pool.PoolNetwork.Change;
import io.poolwright.plan.pool.PoolNetwork.Make;
import io.poolwright.plan.pool.PoolNetwork.Remove;
import io.poolwright.plan.pool.PoolNetwork.Step;
import io.poolwright.pods.PoolNetworks;
import io.poolwright.snapshot.NetworkSeen;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PoolNetworkTest {
  private static final Pool JOINED = aPool("p").joins().build();
  private static final Pool ALONE = aPool("p").build();

  private static List<Step> steps(
      Pool pool, boolean isolates, @Nullable Service service, @Nullable NetworkPolicy policy) {
    return PoolNetwork.decide(pool, isolates, new NetworkSeen(service, policy));
  }

  /** As the API server gives it back. */
  private static Service made(Pool pool) {
    return new ServiceBuilder(PoolNetworks.service(pool))
        .editMetadata()
        .withUid("uid-of-the-service")
        .withResourceVersion("7")
        .endMetadata()
        .editSpec()
        .withType("ClusterIP")
        .withSessionAffinity("None")
        .withClusterIPs("None")
        .withInternalTrafficPolicy("Cluster")
        .withIpFamilyPolicy("SingleStack")
        .withIpFamilies("IPv4")
        .endSpec()
        .build();
  }

  @Test
  void aPoolHasWhatItAsksForAndNothingElse() {
    Service service = PoolNetworks.service(JOINED);
    NetworkPolicy policy = PoolNetworks.policy(JOINED);

    assertThat(steps(ALONE, false, null, null)).isEmpty();
    assertThat(steps(JOINED, false, null, null)).containsExactly(new Make(service));
    // Closed before it is found.
    assertThat(steps(JOINED, true, null, null))
        .containsExactly(new Make(policy), new Make(service));
    assertThat(steps(JOINED, true, made(JOINED), policy)).isEmpty();
    assertThat(steps(ALONE, false, made(JOINED), policy))
        .containsExactly(new Remove(policy), new Remove(made(JOINED)));
  }

  @Test
  void whatSomebodyChangedIsPutRightAndTheRestLeftAsItIs() {
    Service edited =
        new ServiceBuilder(made(JOINED))
            .editMetadata()
            .addToAnnotations("note", "theirs")
            .endMetadata()
            .editSpec()
            .withSelector(Map.of("app", "other"))
            .withPublishNotReadyAddresses(false)
            .endSpec()
            .build();

    assertThat(steps(JOINED, false, edited, null))
        .singleElement()
        .isInstanceOfSatisfying(
            Change.class,
            change -> {
              Service now = (Service) change.object();
              assertThat(now.getSpec()).isEqualTo(made(JOINED).getSpec());
              assertThat(now.getMetadata()).isEqualTo(edited.getMetadata());
            });
  }

  @Test
  void thePolicyFollowsWhetherThePoolIsJoined() {
    NetworkPolicy closed =
        new NetworkPolicyBuilder(PoolNetworks.policy(ALONE))
            .editMetadata()
            .withResourceVersion("7")
            .endMetadata()
            .build();

    assertThat(closed.getSpec().getIngress()).isEmpty();
    assertThat(steps(ALONE, true, null, closed)).isEmpty();
    assertThat(steps(JOINED, true, made(JOINED), closed))
        .singleElement()
        .isInstanceOfSatisfying(
            Change.class,
            change ->
                assertThat(((NetworkPolicy) change.object()).getSpec())
                    .isEqualTo(PoolNetworks.policy(JOINED).getSpec()));
  }

  @Test
  void whatBelongsToAPoolThatHadTheNameBeforeIsNotTouched() {
    Service before =
        new ServiceBuilder(made(JOINED))
            .editMetadata()
            .editFirstOwnerReference()
            .withUid("another")
            .endOwnerReference()
            .endMetadata()
            .build();

    assertThat(steps(ALONE, false, before, null)).isEmpty();
    // Which the API server refuses for as long as the other is there.
    assertThat(steps(JOINED, false, before, null))
        .containsExactly(new Make(PoolNetworks.service(JOINED)));
  }

  @Test
  void whatIsBeingRemovedIsWaitedFor() {
    Service going =
        new ServiceBuilder(made(JOINED))
            .editMetadata()
            .withDeletionTimestamp("2026-01-01T00:00:00Z")
            .endMetadata()
            .build();

    assertThat(steps(JOINED, false, going, null)).isEmpty();
    assertThat(steps(ALONE, false, going, null)).isEmpty();
  }
}
