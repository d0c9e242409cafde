package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.apppackage.ApplicationPackage;
import io.poolwright.api.pool.Pool;
import io.poolwright.cluster.Claims;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.NodeSigns;
import io.poolwright.cluster.World;
import io.poolwright.plan.NodeStep;
import io.poolwright.pods.NodePods;
import io.poolwright.snapshot.ClaimSeen;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PoolSeen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Makes node pods, and takes the steps that are decided for those that are there. */
public final class NodeWork {
  /** A claim that changes each time that it is read is somebody else's game. */
  private static final int TRIES = 5;

  private final World world;
  private final Ledger ledger;
  private final Claims claims;
  private final NodeSigns signs;
  private final NodePods nodePods;
  private final ExecutorService writers;

  /**
   * @param writers bounds how many writes are under way at once
   */
  public NodeWork(
      World world,
      Ledger ledger,
      Claims claims,
      NodeSigns signs,
      NodePods nodePods,
      ExecutorService writers) {
    this.world = world;
    this.ledger = ledger;
    this.claims = claims;
    this.signs = signs;
    this.nodePods = nodePods;
    this.writers = writers;
  }

  PoolSeen withClaims(PoolSeen seen) {
    Map<String, ClaimSeen> found = claims.ofAbsent(seen);
    return found.isEmpty() ? seen : seen.withClaims(found);
  }

  /** Returns what the API server said where it refused the pod. */
  Optional<String> make(
      Pool pool, int number, boolean onKeptDirectory, Map<String, ApplicationPackage> packages) {
    Pod pod = nodePods.build(pool, number, onKeptDirectory, packages);
    return switch (ledger.create(pod, pool.getMetadata().getUid())) {
      case Ledger.Ours ours -> {
        world.madeNode(ours.pod());
        yield Optional.empty();
      }
      case Ledger.Refused no -> Optional.of(no.message());
      case Ledger.Stranger no -> Optional.of(no.message());
    };
  }

  /** Returns what the API server said where it refused a pod. */
  Optional<String> take(Pool pool, PoolSeen seen, List<NodeStep> steps) {
    Optional<String> refused = Optional.empty();
    List<NodeStep.Show> shows = new ArrayList<>();
    for (NodeStep step : steps) {
      switch (step) {
        case NodeStep.Remove remove -> remove(pool, remove);
        case NodeStep.Make make ->
            refused =
                refused.or(
                    () -> make(pool, make.number(), make.onKeptDirectory(), seen.packages()));
        case NodeStep.HandOver over -> handOver(pool, over.pod());
        case NodeStep.Show show -> shows.add(show);
      }
    }
    show(pool, shows);
    return refused;
  }

  private void remove(Pool pool, NodeStep.Remove remove) {
    PodSeen pod = remove.pod();
    if (!remove.keepsDirectory() || claims.keep(pool, pod.name(), pod.uid())) {
      ledger.delete(pool.getMetadata().getNamespace(), pod.name(), pod.uid());
    }
  }

  /** The status forgets the restart after this, so it must not be left undone. */
  private void handOver(Pool pool, PodSeen pod) {
    for (int i = 0; i < TRIES; i++) {
      if (claims.handOver(pool, pod.name(), pod.uid())) {
        return;
      }
    }
    throw new IllegalStateException("the claim of " + pod.name() + " changes all the time");
  }

  /** All at once: tasks wait for it. */
  private void show(Pool pool, List<NodeStep.Show> shows) {
    List<Future<?>> under = new ArrayList<>();
    for (NodeStep.Show show : shows) {
      under.add(writers.submit(() -> signs.show(pool, show).ifPresent(world::changedNode)));
    }
    for (Future<?> each : under) {
      try {
        each.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a node pod could not be marked", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
