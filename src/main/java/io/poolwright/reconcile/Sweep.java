package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.task.Task;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.PodReader;
import io.poolwright.cluster.World;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of task pods whose Task is gone: the one end that no event of a task tells, because the
 * operator was away when it was deleted. Without this our finalizer would keep such a pod, and its
 * namespace, for ever.
 */
public final class Sweep implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final World world;
  private final Ledger ledger;

  public Sweep(World world, Ledger ledger) {
    this.world = world;
    this.ledger = ledger;
  }

  @Override
  public void run() {
    try {
      world.heldPods().toList().forEach(this::tryToLook);
    } catch (RuntimeException e) {
      // The schedule would end with the first exception; the next sweep may fare better.
      LOG.atWarn().setCause(e).log("pods could not be looked through; it is tried again");
    }
  }

  /** One pod that cannot be released does not keep the others. */
  private void tryToLook(Pod pod) {
    try {
      look(pod);
    } catch (RuntimeException e) {
      LOG.atWarn()
          .setCause(e)
          .addKeyValue("name", pod.getMetadata().getName())
          .log("a pod without a task could not be released; it is tried again");
    }
  }

  private void look(Pod pod) {
    String namespace = pod.getMetadata().getNamespace();
    Optional<OwnerReference> owner =
        pod.getMetadata().getOwnerReferences().stream()
            .filter(o -> o.getKind().equals("Task"))
            .findFirst();
    boolean orphan = owner.isEmpty() || isOrphan(namespace, owner.get());
    if (orphan) {
      LOG.atInfo()
          .addKeyValue("namespace", namespace)
          .addKeyValue("name", pod.getMetadata().getName())
          .log("releasing a pod whose task is gone");
      ledger.release(namespace, PodReader.read(pod), true);
    }
  }

  private boolean isOrphan(String namespace, OwnerReference owner) {
    boolean cached =
        world
            .task(namespace, owner.getName())
            .map(Task::getMetadata)
            .filter(m -> m.getUid().equals(owner.getUid()))
            .isPresent();
    return !cached && !ledger.taskExists(namespace, owner.getName(), owner.getUid());
  }
}
