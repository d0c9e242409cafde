package io.poolwright.pods;

import static io.poolwright.testing.PoolBuilder.aPool;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.poolwright.api.pool.Pool;
import org.junit.jupiter.api.Test;

class PoolNetworksTest {
  private static final Pool JOINED = aPool("p").joins().build();

  @Test
  void theServiceGivesNamesToNodesAndTasksAndNothingMore() {
    assertThat(PoolNetworks.service(JOINED))
        .isEqualTo(
            Serialization.unmarshal(
                """
                apiVersion: v1
                kind: Service
                metadata:
                  labels:
                    app.kubernetes.io/managed-by: poolwright
                    poolwright.io/role: network
                    poolwright.io/pool: p
                  name: pool-p
                  namespace: team-a
                  ownerReferences:
                  - apiVersion: poolwright.io/v1alpha1
                    blockOwnerDeletion: true
                    controller: true
                    kind: Pool
                    name: p
                    uid: uid-of-p
                spec:
                  clusterIP: None
                  publishNotReadyAddresses: true
                  selector:
                    poolwright.io/pool: p
                """,
                Service.class));
  }

  @Test
  void nobodyReachesAPoolThatIsNotJoined() {
    assertThat(PoolNetworks.policy(aPool("p").build()).getSpec())
        .isEqualTo(
            Serialization.unmarshal(
                """
                podSelector:
                  matchLabels:
                    poolwright.io/pool: p
                policyTypes:
                - Ingress
                """,
                NetworkPolicySpec.class));
  }

  @Test
  void podsOfAPoolThatIsJoinedReachEachOtherAndNobodyElseReachesThem() {
    assertThat(PoolNetworks.policy(JOINED).getSpec())
        .isEqualTo(
            Serialization.unmarshal(
                """
                ingress:
                - from:
                  - podSelector:
                      matchLabels:
                        poolwright.io/pool: p
                podSelector:
                  matchLabels:
                    poolwright.io/pool: p
                policyTypes:
                - Ingress
                """,
                NetworkPolicySpec.class));
  }
}
