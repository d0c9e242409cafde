package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.poolwright.api.job.Job;
import io.poolwright.api.task.Task;
import io.poolwright.cluster.FactoryPods;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.PodReader;
import io.poolwright.cluster.Preparations;
import io.poolwright.cluster.World;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of task pods whose Task, or Job, is gone: the one end that no event of a task tells,
 * because the operator was away when it was deleted. Without this our finalizer would keep such a
 * pod, and its namespace, for ever.
 */
public final class Sweep implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private final World world;
  private final FactoryPods factoryPods;
  private final Preparations preparations;
  private final Ledger ledger;

  public Sweep(World world, FactoryPods factoryPods, Preparations preparations, Ledger ledger) {
    this.world = world;
    this.factoryPods = factoryPods;
    this.preparations = preparations;
    this.ledger = ledger;
  }

  @Override
  public void run() {
    try {
      Stream.of(world.heldPods(), factoryPods.held(), preparations.held())
          .flatMap(pods -> pods)
          .toList()
          .forEach(this::tryToLook);
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
    boolean orphan =
        pod.getMetadata().getOwnerReferences().stream()
            .noneMatch(o ->
                switch (o.getKind()) {
                  case "Task" -> !isOrphan(namespace, o);
                  case "Job" -> !isOrphanOfJob(namespace, o);
                  default -> false;
                });
    if (orphan) {
      LOG.atInfo()
          .addKeyValue("namespace", namespace)
          .addKeyValue("name", pod.getMetadata().getName())
          .log("releasing a pod whose task is gone");
      ledger.release(namespace, PodReader.read(pod), true);
    }
  }

  private boolean isOrphanOfJob(String namespace, OwnerReference owner) {
    boolean cached =
        world
            .job(namespace, owner.getName())
            .map(Job::getMetadata)
            .filter(m -> m.getUid().equals(owner.getUid()))
            .isPresent();
    return !cached && !ledger.jobExists(namespace, owner.getName(), owner.getUid());
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
