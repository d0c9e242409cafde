package io.poolwright.board;

import io.poolwright.api.job.FactoryStatus.JobActor;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobStatus.TaskCounts;
import io.poolwright.factory.Ranges;
import io.poolwright.plan.factory.FactoryLedger;
import io.poolwright.plan.factory.FactoryPlan;
import io.poolwright.pods.JobPool;
import io.poolwright.snapshot.PoolLoad;
import io.poolwright.snapshot.WaitingTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * All tasks of a job's factory as the board knows them: a waiting one is made when it is asked for.
 *
 * @param nodes how many of its tasks run, by node
 * @param ready those that had an attempt and could have another now
 * @param fresh those that have not begun; none where they would not run if a node had room
 * @param room how many of them the ledger has room for
 * @param stuck why none can begin before the user does something; null where it is nothing of that
 * @param held why tasks do not get on although they have a node, or could have one
 * @param refused whether the API server refused the last pod that was made for one of them
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
    int room,
    @Nullable String stuck,
    List<String> held,
    Ranges satisfied,
    Ranges blocked,
    Ranges failing,
    @Nullable JobActor terminates,
    @Nullable JobActor disables,
    @Nullable String firstFailed,
    boolean refused) {

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
        new Key(namespace, JobPool.name(job)),
        slots,
        job.getSpec().priorityOrZero(),
        Instant.parse(job.getMetadata().getCreationTimestamp()),
        ledger.counts(),
        nodes,
        plan.ready(),
        plan.runnable() ? ledger.fresh() : Ranges.NONE,
        ledger.room(),
        plan.stuck() ? plan.obstacle() : null,
        held,
        ledger.satisfied(),
        ledger.blocked(),
        ledger.failing(),
        ledger.terminates(),
        ledger.disables(),
        ledger.firstFailure(),
        plan.refused());
  }

  /** Whether one that looks at the other would decide the same. */
  boolean looksLike(FactoryEntry other) {
    return counts.equals(other.counts)
        && nodes.equals(other.nodes)
        && ready.equals(other.ready)
        && fresh.isEmpty() == other.fresh.isEmpty()
        && (room == 0) == (other.room == 0)
        && pool.equals(other.pool)
        && priority == other.priority
        && refused == other.refused
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
  Stream<WaitingTask> next() {
    Stream<Integer> begin =
        StreamSupport.stream(fresh.spliterator(), false).limit(room).map(Long::intValue);
    return Stream.concat(ready.stream(), begin).map(this::waiting);
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
        index,
        1,
        refused);
  }
}
