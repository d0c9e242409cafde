package io.poolwright.reconcile;

import io.poolwright.api.pool.Pool;
import io.poolwright.cluster.Events;
import io.poolwright.cluster.NodeSigns;
import io.poolwright.cluster.World;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.pool.PoolPlan;
import io.poolwright.status.Reason;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/** Has many node pods show something else at once: tasks wait for it. */
public final class Shows {
  private final World world;
  private final NodeSigns signs;
  private final Events events;
  private final ExecutorService writers;

  /** Pools, by UID, of which it was said that their nodes may not be labelled. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /**
   * @param writers bounds how many writes are under way at once
   */
  public Shows(World world, NodeSigns signs, Events events, ExecutorService writers) {
    this.world = world;
    this.signs = signs;
    this.events = events;
    this.writers = writers;
  }

  /** What a policy forbids is said once; the pool works all the same. */
  void all(Pool pool, List<PoolPlan.Show> shows) {
    AtOnce.all(
        writers,
        shows,
        show -> {
          show(pool, show);
          return true;
        });
  }

  private void show(Pool pool, PoolPlan.Show show) {
    switch (signs.show(pool, show)) {
      case NodeSigns.Shown shown -> world.changedNode(shown.pod());
      case NodeSigns.Left _ -> {}
      case NodeSigns.Forbidden no -> {
        if (told.add(pool.getMetadata().getUid())) {
          events.say(pool, List.of(notLabelled(show, no)));
        }
      }
    }
  }

  private static EventToSay notLabelled(PoolPlan.Show show, NodeSigns.Forbidden no) {
    return new EventToSay(
        true,
        Reason.NodeNotLabelled,
        "Node "
            + show.pod().name()
            + " cannot show that it is "
            + show.state()
            + ": "
            + no.message()
            + ". Tasks run all the same, but a cluster autoscaler may remove a node that has some");
  }

  void forget(String pool) {
    told.remove(pool);
  }
}
