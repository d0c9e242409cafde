package io.poolwright.reconcile;

import io.poolwright.api.pool.Pool;
import io.poolwright.cluster.NodeSigns;
import io.poolwright.cluster.World;
import io.poolwright.plan.pool.PoolPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Has many node pods show something else at once: tasks wait for it. */
public final class Shows {
  private final World world;
  private final NodeSigns signs;
  private final ExecutorService writers;

  /**
   * @param writers bounds how many writes are under way at once
   */
  public Shows(World world, NodeSigns signs, ExecutorService writers) {
    this.world = world;
    this.signs = signs;
    this.writers = writers;
  }

  void all(Pool pool, List<PoolPlan.Show> shows) {
    List<Future<?>> under = new ArrayList<>();
    for (PoolPlan.Show show : shows) {
      under.add(writers.submit(() -> signs.show(pool, show).ifPresent(world::changedNode)));
    }
    for (Future<?> each : under) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a node pod could not be labelled", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
