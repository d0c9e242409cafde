package io.poolwright.reconcile;

import io.poolwright.api.pool.Pool;
import io.poolwright.cluster.Claims;
import io.poolwright.cluster.Ledger;
import io.poolwright.plan.pool.PoolPlan;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import io.poolwright.snapshot.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Nodes that go, each on its own: one that may not go keeps no other. */
final class Removals {
  private final Ledger ledger;
  private final Claims claims;
  private final Clock clock;

  /** What was refused last, by the pool's UID and the node. */
  private final Map<String, Map<String, Refusal>> stuck = new ConcurrentHashMap<>();

  Removals(Ledger ledger, Claims claims, Clock clock) {
    this.ledger = ledger;
    this.claims = claims;
    this.clock = clock;
  }

  Map<String, Refusal> of(Pool pool) {
    return stuck.getOrDefault(pool.getMetadata().getUid(), Map.of());
  }

  void forget(String pool) {
    stuck.remove(pool);
  }

  /** Returns whether there is a new refusal, to be said at once. */
  boolean all(Pool pool, PoolSeen seen, PoolPlan plan) {
    String namespace = pool.getMetadata().getNamespace();
    InTurn turn = new InTurn();
    Map<String, String> refused = new HashMap<>();
    for (PoolPlan.Mark mark : plan.mark()) {
      turn.take(() -> keep(refused, mark.node(), ledger.mark(namespace, mark.node(), mark.how())));
    }
    for (PoolPlan.Adopt adopt : plan.adopt()) {
      PodSeen by = adopt.by();
      if (by == null) {
        continue;
      }
      turn.take(() ->
          claims
              .adopt(namespace, adopt.claim(), by)
              .ifPresent(said -> {
                throw new IllegalStateException(adopt.claim() + " cannot be given back: " + said);
              }));
    }
    Set<String> toKeep = new HashSet<>();
    plan.adopt().stream().filter(a -> a.by() == null).forEach(a -> toKeep.add(a.claim()));
    for (PodSeen pod : plan.delete()) {
      turn.take(() -> keep(refused, pod, remove(pool, pod, toKeep)));
    }
    boolean news = !seen.stuck().keySet().containsAll(refused.keySet());
    remember(pool, seen, refused);
    turn.end();
    return news;
  }

  /** Its claim, where it is to outlive it, is the pool's before it goes. */
  private Optional<String> remove(Pool pool, PodSeen pod, Set<String> toKeep) {
    String namespace = pool.getMetadata().getNamespace();
    String claim = Names.nodeClaim(pod.name());
    return (toKeep.contains(claim)
            ? claims.adopt(namespace, claim, pool)
            : Optional.<String>empty())
        .or(() -> ledger.remove(namespace, pod));
  }

  private static void keep(Map<String, String> refused, PodSeen node, Optional<String> said) {
    said.ifPresent(words -> refused.put(node.name(), words));
  }

  /** In the pause after a refusal nothing is asked, and what was said holds. */
  private void remember(Pool pool, PoolSeen seen, Map<String, String> refused) {
    Instant now = clock.instant();
    Map<String, Refusal> next = new HashMap<>();
    for (PodSeen node : seen.nodes()) {
      Refusal last = seen.stuck().get(node.name());
      String words = refused.get(node.name());
      if (words != null) {
        next.put(node.name(), new Refusal(words, now));
      } else if (last != null && last.pauses(seen.now())) {
        next.put(node.name(), last);
      }
    }
    if (next.isEmpty()) {
      forget(pool.getMetadata().getUid());
    } else {
      stuck.put(pool.getMetadata().getUid(), next);
    }
  }
}
