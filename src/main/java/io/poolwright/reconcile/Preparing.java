package io.poolwright.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.pool.Pool;
import io.poolwright.board.Key;
import io.poolwright.cluster.Applications;
import io.poolwright.cluster.Ledger;
import io.poolwright.cluster.PodReader;
import io.poolwright.cluster.Preparations;
import io.poolwright.cluster.World;
import io.poolwright.plan.Again;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.job.PreparationLedger;
import io.poolwright.plan.job.PreparationLife;
import io.poolwright.plan.job.PreparationPlan;
import io.poolwright.plan.job.PreparationPlan.Make;
import io.poolwright.plan.pool.Assignment.Assigned;
import io.poolwright.plan.task.TaskPlan;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.Names;
import io.poolwright.pods.SpecialPods;
import io.poolwright.pods.TaskPods;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PreparationSeen;
import io.poolwright.snapshot.PreparationSeen.Refusal;
import io.poolwright.snapshot.PreparedSeen;
import io.poolwright.status.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Preparation and release of jobs: what is done with their pods before a job's own decision. The
 * ledger is written with the rest of the job's status.
 */
public final class Preparing {
  /** Where the API server refused the pod of a node, no other is made there sooner. */
  private static final Duration REFUSAL_PAUSE = Duration.ofSeconds(10);

  /** A pod that is in the way is going. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final World world;
  private final Preparations preparations;
  private final Applications applications;
  private final Ledger ledger;
  private final SpecialPods specialPods;
  private final Wakes wakes;
  private final Clock clock;

  /** Of pods of preparation, by job and node. */
  private final Map<String, Map<String, Refusal>> refusals = new ConcurrentHashMap<>();

  /** Since when the API server does not let a release begin, by job and node. */
  private final Map<String, Instant> refusedReleases = new ConcurrentHashMap<>();

  public Preparing(
      World world,
      Preparations preparations,
      Applications applications,
      Ledger ledger,
      SpecialPods specialPods,
      Wakes wakes,
      Clock clock) {
    this.world = world;
    this.preparations = preparations;
    this.applications = applications;
    this.ledger = ledger;
    this.specialPods = specialPods;
    this.wakes = wakes;
    this.clock = clock;
  }

  /**
   * What the job's own decision has to know, and what to say besides.
   *
   * @param again when to look again; null for no need
   */
  record Settled(PreparedSeen seen, List<EventToSay> events, @Nullable Duration again) {
    private static final Settled NOTHING = new Settled(PreparedSeen.NONE, List.of(), null);
  }

  EventSource<Pod, Job> source(EventSourceContext<Job> context) {
    var pods = JobPodSource.of(context, "job-task-pods", Names.ROLE_SPECIAL);
    preparations.pods(pods);
    return pods;
  }

  /** Takes what a look at a pool found, and tells those that it concerns. */
  void want(Pool pool, List<Assigned> held) {
    Preparations.News news = preparations.want(Key.of(pool), held);
    news.jobs().forEach(wakes::job);
    news.tasks().forEach(wakes::task);
  }

  /** Empty where the job was changed, and will be looked at for that. */
  Optional<Settled> settle(Job job) {
    if (job.getSpec().jobPreparationTask() == null && job.statusOrNew().preparations().isEmpty()) {
      return Optional.of(Settled.NOTHING);
    }
    PreparationSeen seen = preparations.see(world, job, refusalsOf(job));
    PreparationPlan plan = PreparationLife.decide(seen);
    Set<String> gone = apply(job, plan);
    if (!gone.isEmpty()) {
      seen = seen.withGone(gone);
      plan = PreparationLife.decide(seen);
      apply(job, plan);
    }
    if (keeps(job, plan)) {
      return Optional.empty();
    }
    return Optional.of(create(job, seen, plan));
  }

  /** Those of nodes that are still there: what is gone is no trouble of anybody. */
  private Map<String, Refusal> refusalsOf(Job job) {
    String namespace = job.getMetadata().getNamespace();
    Map<String, Refusal> left =
        refusals.computeIfPresent(
            job.getMetadata().getUid(),
            (uid, all) -> {
              Map<String, Refusal> kept = new HashMap<>(all);
              kept.keySet().removeIf(n -> world.node(namespace, n).isEmpty());
              return kept.isEmpty() ? null : kept;
            });
    return left == null ? Map.of() : left;
  }

  private void accepted(Job job, String node) {
    refusals.computeIfPresent(
        job.getMetadata().getUid(),
        (uid, all) -> {
          Map<String, Refusal> kept = new HashMap<>(all);
          kept.remove(node);
          return kept.isEmpty() ? null : kept;
        });
  }

  /** Whether the job was just marked as one that is not deleted before its nodes are released. */
  private boolean keeps(Job job, PreparationPlan plan) {
    boolean kept =
        job.getMetadata().getFinalizers() != null
            && job.getMetadata().getFinalizers().contains(Names.RELEASE);
    if (job.stateOrActive() == JobState.COMPLETED) {
      if (kept) {
        preparations.keep(job, false);
      }
      return false;
    }
    boolean begins = job.getSpec().jobReleaseTask() != null && !plan.create().isEmpty();
    if (!begins || kept || job.getMetadata().getDeletionTimestamp() != null) {
      return false;
    }
    preparations.keep(job, true);
    return true;
  }

  /** Returns UIDs of pods that a live read found gone. */
  private Set<String> apply(Job job, PreparationPlan plan) {
    String namespace = job.getMetadata().getNamespace();
    Set<String> gone = new HashSet<>();
    for (TaskPlan.Step step : plan.steps()) {
      switch (step) {
        case TaskPlan.LetGo go -> ledger.letGo(namespace, go.pod().name(), go.pod().uid());
        case TaskPlan.Release release -> ledger.release(namespace, release.pod(), release.delete());
        case TaskPlan.Stop stop -> ledger.delete(namespace, stop.pod().name(), stop.pod().uid());
        case TaskPlan.AskForPod ask -> {
          if (ledger.isGone(namespace, ask.name(), ask.uid())) {
            gone.add(ask.uid());
          }
        }
      }
    }
    return gone;
  }

  private Settled create(Job job, PreparationSeen seen, PreparationPlan plan) {
    List<NodePreparation> now = plan.ledger();
    Map<Make, String> made = new LinkedHashMap<>();
    List<EventToSay> events = new ArrayList<>(plan.events());
    Duration again = plan.again();
    for (Make make : plan.create()) {
      Optional<Pod> wished = pod(job, make);
      if (wished.isEmpty()) {
        // Nobody refused anything; a release is given up in time.
        if (make.kind() == SpecialPods.Kind.RELEASE) {
          now = refused(job, make, "node " + make.node() + " has left its pool", now, events);
        }
        again = Again.sooner(again, PAUSE);
        continue;
      }
      switch (ledger.create(wished.get(), job.getMetadata().getUid())) {
        case Ledger.Ours ours -> {
          if (make.kind() == SpecialPods.Kind.PREPARATION) {
            accepted(job, make.node());
          }
          PodSeen pod = PodReader.read(ours.pod());
          if (pod.gated() && !pod.deleting()) {
            preparations.made(ours.pod());
            made.put(make, pod.uid());
          } else {
            // One of that name was let go or is going; what the ledger says of it is on the way.
            again = Again.sooner(again, PAUSE);
          }
        }
        case Ledger.Refused no -> {
          now = refused(job, make, no.message(), now, events);
          again = Again.sooner(again, REFUSAL_PAUSE);
        }
        case Ledger.Stranger no -> {
          now = refused(job, make, no.message(), now, events);
          again = Again.sooner(again, REFUSAL_PAUSE);
        }
      }
    }
    now = PreparationLedger.intended(now, made, seen);
    return new Settled(PreparationLedger.asSeen(seen, plan, now), events, again);
  }

  private List<NodePreparation> refused(
      Job job, Make make, String why, List<NodePreparation> now, List<EventToSay> events) {
    if (make.kind() == SpecialPods.Kind.RELEASE) {
      String key = job.getMetadata().getUid() + "/" + make.node();
      Instant since = refusedReleases.computeIfAbsent(key, k -> clock.instant());
      // A quota may have room again, a namespace on its way out never has: a job must not be kept.
      boolean over =
          why.contains("it is being terminated")
              || since.plus(PreparationLife.GRACE).isBefore(clock.instant());
      if (!over) {
        return now;
      }
      refusedReleases.remove(key);
      String message = "Node " + make.node() + ": its pod was refused: " + why;
      events.add(new EventToSay(true, Reason.ReleaseFailed, message));
      return PreparationLedger.refused(now, make, why, clock.instant());
    }
    Map<String, Refusal> all =
        new HashMap<>(refusals.getOrDefault(job.getMetadata().getUid(), Map.of()));
    if (all.put(make.node(), new Refusal(why, clock.instant().plus(REFUSAL_PAUSE))) == null) {
      // Said at once.
      wakes.job(Key.of(job));
    }
    refusals.put(job.getMetadata().getUid(), Map.copyOf(all));
    return now;
  }

  /** Empty where its node is none of a pool's any more. */
  private Optional<Pod> pod(Job job, Make make) {
    String namespace = job.getMetadata().getNamespace();
    Optional<Pod> node = world.node(namespace, make.node());
    Optional<Pool> pool =
        node.map(n -> n.getMetadata().getLabels().get(Names.POOL))
            .flatMap(p -> world.pool(namespace, p));
    if (node.isEmpty() || pool.isEmpty() || node.get().getSpec().getNodeName() == null) {
      return Optional.empty();
    }
    PodSeen seen = PodReader.read(node.get());
    return Optional.of(
        specialPods.build(
            make.kind(),
            job,
            pool.get(),
            new TaskPods.Place(
                make.node(),
                node.get().getSpec().getNodeName(),
                seen.spot(),
                world.packagesOn(namespace, make.node()),
                make.attempt()),
            applications.of(pool.get())));
  }

  /** To be called when a job's status was written: its pool may start what waited for a node. */
  void said(Job before, Job now) {
    if (!before.statusOrNew().preparations().equals(now.statusOrNew().preparations())) {
      wakes.pool(new Key(now.getMetadata().getNamespace(), JobPool.name(now)));
    }
  }

  void forget(Job job) {
    String uid = job.getMetadata().getUid();
    refusals.remove(uid);
    refusedReleases.keySet().removeIf(k -> k.startsWith(uid + "/"));
    preparations
        .podsOf(job)
        .forEach(p -> ledger.release(job.getMetadata().getNamespace(), p, true));
  }
}
