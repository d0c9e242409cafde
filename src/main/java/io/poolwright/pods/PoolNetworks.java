package io.poolwright.pods;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.poolwright.api.pool.Pool;
import java.util.List;
import java.util.Map;

/**
 * Builds what joins the pods of a pool, and what keeps others away from them. Both look for the
 * pool's label, which its node pods and its task pods have.
 */
public final class PoolNetworks {
  private PoolNetworks() {}

  /** A headless Service: it has no port and no address, it only gives names to pods. */
  public static Service service(Pool pool) {
    return new ServiceBuilder()
        .withMetadata(metadata(pool))
        .withNewSpec()
        .withClusterIP("None")
        // A node's start task, and a task, may look for others before the node is ready.
        .withPublishNotReadyAddresses(true)
        .withSelector(pods(pool))
        .endSpec()
        .build();
  }

  /** Nobody reaches the pool's pods but, where it joins them, they each other. */
  public static NetworkPolicy policy(Pool pool) {
    LabelSelector own = new LabelSelectorBuilder().withMatchLabels(pods(pool)).build();
    return new NetworkPolicyBuilder()
        .withMetadata(metadata(pool))
        .withNewSpec()
        .withPodSelector(own)
        .withPolicyTypes("Ingress")
        .withIngress(
            pool.getSpec().joins()
                ? List.of(
                    new NetworkPolicyIngressRuleBuilder()
                        .addNewFrom()
                        .withPodSelector(own)
                        .endFrom()
                        .build())
                : List.of())
        .endSpec()
        .build();
  }

  private static Map<String, String> pods(Pool pool) {
    return Map.of(Names.POOL, pool.getMetadata().getName());
  }

  private static ObjectMeta metadata(Pool pool) {
    return new ObjectMetaBuilder()
        .withName(Names.network(pool.getMetadata().getName()))
        .withNamespace(pool.getMetadata().getNamespace())
        .addToLabels("app.kubernetes.io/managed-by", "poolwright")
        .addToLabels(Names.ROLE, Names.ROLE_NETWORK)
        .addToLabels(Names.POOL, pool.getMetadata().getName())
        .withOwnerReferences(Owners.by(pool))
        .build();
  }
}
