package io.poolwright.cluster;

import io.poolwright.api.job.FactoryStatus.JobActor;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.factory.Ranges;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.plan.factory.FactoryPlan;
import io.poolwright.snapshot.PoolLoad;
import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;

/**
 * All tasks of a job's factory as the board knows them: a waiting one is made when it is asked for.
 *
 * @param nodes how many of its tasks run, by node
 * @param ready those that had an attempt and could have another now
 * @param fresh those that have not begun; none where they would not run if a node had room
 * @param begun how many are in the ledger one by one
 * @param stuck why none can begin before the user does something; null where it is nothing of that
 * @param held why tasks do not get on although they have a node, or could have one
 */
record FactoryEntry(
    String uid,
    long version,
    Key job,
    Key pool,
    int slots,
    int priority,
    Instant created,
    TaskCounts counts,
    Map<String, Integer> nodes,
    List<Integer> ready,
    Ranges fresh,
    int begun,
    @Nullable String stuck,
    List<String> held,
    Ranges satisfied,
    Ranges blocked,
    Ranges failing,
    @Nullable JobActor terminates,
    @Nullable JobActor disables,
    @Nullable String firstFailed) {

  static FactoryEntry of(Job job, FactoryPlan plan, int slots) {
    FactoryLedger ledger = plan.ledger();
    Map<String, Integer> nodes = new HashMap<>();
    for (LiveTask task : ledger.live()) {
      if (task.node() != null) {
        nodes.merge(task.node(), 1, Integer::sum);
      }
    }
    List<String> held = new ArrayList<>(ledger.held());
    if (plan.obstacle() != null && !plan.stuck()) {
      held.add(plan.obstacle());
    }
    String namespace = job.getMetadata().getNamespace();
    return new FactoryEntry(
        job.getMetadata().getUid(),
        Key.version(job.getMetadata()),
        Key.of(job),
        new Key(namespace, job.getSpec().poolInfo().poolId()),
        slots,
        job.getSpec().priorityOrZero(),
        Instant.parse(job.getMetadata().getCreationTimestamp()),
        ledger.counts(),
        nodes,
        plan.ready(),
        plan.runnable() ? ledger.fresh() : Ranges.NONE,
        ledger.live().size(),
        plan.stuck() ? plan.obstacle() : null,
        held,
        ledger.satisfied(),
        ledger.blocked(),
        ledger.failing(),
        ledger.terminates(),
        ledger.disables(),
        ledger.firstFailure());
  }

  /** Whether one that looks at the other would decide the same. */
  boolean looksLike(FactoryEntry other) {
    return counts.equals(other.counts)
        && nodes.equals(other.nodes)
        && ready.equals(other.ready)
        && fresh.isEmpty() == other.fresh.isEmpty()
        && pool.equals(other.pool)
        && priority == other.priority
        && Objects.equals(stuck, other.stuck)
        && held.equals(other.held);
  }

  PoolLoad load() {
    int waiting = (int) fresh.count() + ready.size();
    return new PoolLoad(
        waiting,
        waiting * slots,
        counts.running(),
        counts.running() * slots,
        counts.succeeded(),
        counts.failed());
  }

  /** The first that could have a node: those that had one before, then by their indexes. */
  List<WaitingTask> next(int most) {
    List<WaitingTask> next = new ArrayList<>();
    for (int index : ready) {
      if (next.size() < most) {
        next.add(waiting(index));
      }
    }
    int begin = Math.min(most - next.size(), FactoryLedger.WINDOW - begun);
    PrimitiveIterator.OfLong indexes = fresh.iterator();
    for (int i = 0; i < begin && indexes.hasNext(); i++) {
      next.add(waiting((int) indexes.nextLong()));
    }
    return next;
  }

  private WaitingTask waiting(int index) {
    return new WaitingTask(
        FactoryLedger.nameOf(job.name(), index),
        slots,
        priority,
        created,
        job.name(),
        created,
        index,
        false,
        false,
        null,
        index);
  }
}
