package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.poolwright.api.job.Job;
import io.poolwright.cluster.FileLists;
import io.poolwright.cluster.Ledger;
import io.poolwright.plan.factory.FileListPlan;
import io.poolwright.plan.factory.FileListing;
import io.poolwright.pods.ListPods;
import io.poolwright.pods.Names;
import io.poolwright.snapshot.FileListSeen;
import io.poolwright.snapshot.FilesSeen;
import io.poolwright.snapshot.PodSeen;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Has the objects listed that a job's factory makes tasks of, and takes the list down. */
public final class Listings {
  /** A list that is taken down is in memory as a whole. */
  private static final int AT_ONCE = 2;

  private static final Duration NEXT_TURN = Duration.ofMillis(200);

  private final FileLists lists;
  private final Ledger ledger;
  private final ListPods listPods;
  private final Refusals refusals;
  private final Semaphore turns = new Semaphore(AT_ONCE);

  public Listings(FileLists lists, Ledger ledger, ListPods listPods, Clock clock) {
    this.lists = lists;
    this.ledger = ledger;
    this.listPods = listPods;
    this.refusals = new Refusals(clock);
  }

  /**
   * What the job's own decision has to know.
   *
   * @param again when to look again; null for no need
   */
  record Settled(FilesSeen seen, @Nullable Duration again) {
    private static final Settled NOTHING = new Settled(FilesSeen.NONE, null);
  }

  EventSource<Pod, Job> source(EventSourceContext<Job> context) {
    var pods = JobPodSource.of(context, "list-pods", Names.ROLE_LIST);
    lists.source(pods);
    return pods;
  }

  /** Does nothing for a job that makes no tasks of objects. */
  Settled settle(Job job) {
    if (!FileListing.isFor(job)) {
      return Settled.NOTHING;
    }
    FileListSeen seen = lists.see(job, refusals.of(job));
    FileListPlan plan = FileListing.decide(seen);
    if (plan.take() != null) {
      if (!turns.tryAcquire()) {
        return new Settled(plan.files(), NEXT_TURN);
      }
      try {
        plan = FileListing.decide(seen.with(lists.take(job, plan.take())));
      } finally {
        turns.release();
      }
    }
    Optional<String> refused = apply(job, plan);
    return refusals.settle(job, seen.refusal(), plan.create() != null, refused)
        ? new Settled(plan.files(), Duration.ofMillis(1))
        : new Settled(plan.files(), plan.again());
  }

  /** Returns what the API server said where it refused a pod. */
  private Optional<String> apply(Job job, FileListPlan plan) {
    for (PodSeen pod : plan.delete()) {
      ledger.delete(job.getMetadata().getNamespace(), pod.name(), pod.uid());
    }
    if (plan.create() == null) {
      return Optional.empty();
    }
    return switch (ledger.create(listPods.build(job, plan.create()), job.getMetadata().getUid())) {
      case Ledger.Ours ours -> {
        lists.made(ours.pod());
        yield Optional.empty();
      }
      case Ledger.Refused no -> Optional.of(no.message());
      case Ledger.Stranger no -> Optional.of(no.message());
    };
  }

  void forget(Job job) {
    refusals.forget(job.getMetadata().getUid());
  }
}
