package io.poolwright.plan.job;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobPreparationTask;
import io.poolwright.api.job.JobReleaseTask;
import io.poolwright.api.job.JobState;
import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.job.NodePreparation.Run;
import io.poolwright.plan.Again;
import io.poolwright.plan.EventToSay;
import io.poolwright.plan.job.PreparationPlan.Make;
import io.poolwright.plan.task.Outcome;
import io.poolwright.pods.SpecialPods.Kind;
import io.poolwright.snapshot.NodeSeen;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PreparationSeen;
import io.poolwright.snapshot.PreparationSeen.Refusal;
import io.poolwright.status.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Preparation and release of one job, on all its nodes (section 8 of the reference): which pods are
 * made, and what the ledger in the job's status says next. The protocol is that of attempts.
 */
public final class PreparationLife {
  /** Pods made in one pass. */
  static final int WAVE = 50;

  /** A release that goes on for longer than it may, and then for this long, is given up. */
  public static final Duration GRACE = Duration.ofMinutes(2);

  /** Releases on one node: only what was no fault of the release is begun again. */
  static final int RELEASES = 3;

  private static final Outcome LOST =
      Runs.stopped("NodeUnreachable", "Its machine does not answer, and the job ends without it");

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** What nobody tells: a node that goes, a pod that is late. */
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final PreparationSeen seen;
  private final Job job;
  private final @Nullable JobPreparationTask task;
  private final PodWatch watch;
  private final List<Make> create = new ArrayList<>();
  private final List<EventToSay> events = new ArrayList<>();
  private @Nullable Duration again;

  private PreparationLife(PreparationSeen seen) {
    this.seen = seen;
    this.job = seen.job();
    this.task = job.getSpec().jobPreparationTask();
    this.watch = new PodWatch(seen);
  }

  public static PreparationPlan decide(PreparationSeen seen) {
    return new PreparationLife(seen).decide();
  }

  private PreparationPlan decide() {
    List<NodePreparation> ledger = new ArrayList<>();
    for (NodePreparation entry : job.statusOrNew().preparations()) {
      ledger.add(released(moved(prepared(entry))));
    }
    begin(ledger);
    prune(ledger);
    soon(watch.releaseRecorded(create));
    if (ledger.stream()
        .anyMatch(e ->
            PreparationLedger.isUnderWay(e.preparation())
                || PreparationLedger.isUnderWay(e.release()))) {
      soon(LOOK);
    }
    Map<String, NodeStanding> standings =
        task == null ? Map.of() : Preparation.standings(task, ledger, nodesWithTasks());
    PreparationNews news = new PreparationNews(seen, create, standings, ledger);
    return new PreparationPlan(
        watch.steps(),
        create.stream().limit(WAVE).toList(),
        FailureSize.bound(ledger),
        news.trouble(),
        isEnding() ? silent(ledger) : news.note(),
        events,
        again);
  }

  private boolean isEnding() {
    return !job.stateOrActive().isLive()
        || job.getSpec().wantsTermination()
        || JobLife.isToBeReleased(job);
  }

  private void soon(@Nullable Duration after) {
    again = Again.sooner(again, after);
  }

  private NodePreparation prepared(NodePreparation entry) {
    Run run = entry.preparation();
    if (run.over()) {
      return entry;
    }
    Optional<NodeSeen> node = seen.node(entry.nodeId()).filter(NodeSeen::stays);
    if (run.podUid() == null) {
      return entry.prepared(between(run, entry, node.orElse(null)));
    }
    boolean same = node.isPresent() && node.get().uid().equals(entry.nodeUid());
    return watch
        .end(Kind.PREPARATION, entry.nodeId(), run, isEnding() || !same)
        .or(() -> isEnding() && isLost(entry.nodeId(), run) ? Optional.of(LOST) : Optional.empty())
        .map(outcome -> entry.prepared(after(run, entry, outcome)))
        .orElse(entry);
  }

  private Run after(Run run, NodePreparation entry, Outcome outcome) {
    return switch (outcome.kind()) {
      case SUCCESS -> Runs.succeeded(run, outcome, seen.now());
      case FINAL -> failed(run, entry, outcome);
      case FAILED ->
          retriesLeft(run) && !isEnding()
              ? Runs.again(run, outcome, run.retries() + 1, seen.now())
              : failed(run, entry, outcome);
      case DISRUPTED -> Runs.again(run, outcome, run.retries(), seen.now());
    };
  }

  private boolean retriesLeft(Run run) {
    Integer allowed = task == null ? null : task.limits().maxTaskRetryCount();
    return allowed != null && (allowed < 0 || run.retries() < allowed);
  }

  private Run failed(Run run, NodePreparation entry, Outcome outcome) {
    Run over = Runs.failed(Kind.PREPARATION, run, outcome, seen.now());
    String used = task == null || task.waits() ? "; the node is not used for the job" : "";
    events.add(
        new EventToSay(
            true,
            Reason.PreparationFailed,
            "Node " + entry.nodeId() + ": " + Runs.why(over) + used));
    return over;
  }

  /** No pod is under way, and the node is not prepared. */
  private Run between(Run run, NodePreparation entry, @Nullable NodeSeen node) {
    if (isEnding()) {
      return Runs.failed(
          Kind.PREPARATION,
          run,
          Runs.stopped("TaskEnded", "It was stopped because its job ended"),
          seen.now());
    }
    if (node == null) {
      return Runs.failed(
          Kind.PREPARATION,
          run,
          Runs.stopped("Disrupted", "The node left the pool before it was prepared"),
          seen.now());
    }
    Instant next =
        run.endTime() == null ? seen.now() : Instant.parse(run.endTime()).plus(pause(run));
    if (next.isAfter(seen.now())) {
      soon(Duration.between(seen.now(), next).plusMillis(50));
    } else if (JobLife.runsTasks(job) && node.takesTasks()) {
      make(Kind.PREPARATION, entry.nodeId(), run.attempt() + 1);
    }
    return run;
  }

  private static Duration pause(Run run) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(Math.max(0, run.retries() - 1), 6));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  private void make(Kind kind, String node, int attempt) {
    Refusal refusal = kind == Kind.PREPARATION ? seen.refusals().get(node) : null;
    if (refusal != null && refusal.until().isAfter(seen.now())) {
      soon(Duration.between(seen.now(), refusal.until()).plusMillis(50));
    } else {
      create.add(new Make(kind, node, attempt));
    }
  }

  /** A node that was rebooted keeps what it has, where it is not to be prepared again. */
  private NodePreparation moved(NodePreparation entry) {
    return task != null && !task.rerunsAfterReboot() && entry.preparation().succeeded()
        ? seen.node(entry.nodeId())
            .filter(n -> Preparation.hasDirectory(entry, n))
            .map(n -> entry.on(n.uid()))
            .orElse(entry)
        : entry;
  }

  /** Nodes that tasks wait for. */
  private void begin(List<NodePreparation> ledger) {
    if (!JobLife.runsTasks(job) || task == null) {
      return;
    }
    Map<String, NodePreparation> known = new HashMap<>();
    ledger.forEach(e -> known.put(e.nodeId(), e));
    Map<String, NodeStanding> standings = Preparation.standings(job, seen.nodes().values());
    seen.wanted().stream()
        .sorted()
        .filter(n -> seen.node(n).map(NodeSeen::takesTasks).orElse(false))
        .filter(n -> standings.get(n) == NodeStanding.NEW)
        .forEach(n -> {
          NodePreparation before = known.get(n);
          make(Kind.PREPARATION, n, before == null ? 1 : before.preparation().attempt() + 1);
        });
  }

  private NodePreparation released(NodePreparation entry) {
    JobReleaseTask release = job.getSpec().jobReleaseTask();
    Run run = entry.release();
    if (release == null
        || job.stateOrActive() != JobState.TERMINATING
        || (run != null && run.over())) {
      return entry;
    }
    boolean same =
        seen.node(entry.nodeId()).map(n -> Preparation.hasDirectory(entry, n)).orElse(false);
    if (run == null) {
      if (!seen.tasksRun() && same && PreparationLedger.isReleasable(job, entry)) {
        make(Kind.RELEASE, entry.nodeId(), 1);
      }
      return entry;
    }
    if (run.podUid() == null) {
      if (same && run.attempt() < RELEASES) {
        make(Kind.RELEASE, entry.nodeId(), run.attempt() + 1);
        return entry;
      }
      return entry.released(
          releaseFailed(run, entry, Runs.stopped("Disrupted", "The node was lost while it ran")));
    }
    Duration longest =
        release.maxWallClockTime() == null
            ? JobReleaseTask.LONGEST
            : release.maxWallClockTime().duration();
    boolean late =
        run.startTime() != null
            && Instant.parse(run.startTime()).plus(longest).plus(GRACE).isBefore(seen.now());
    boolean lost = isLost(entry.nodeId(), run);
    Optional<Outcome> end = watch.end(Kind.RELEASE, entry.nodeId(), run, !same || late || lost);
    if (end.isEmpty() && lost) {
      end = Optional.of(LOST);
    }
    if (end.isEmpty() && late) {
      end = Optional.of(Runs.stopped("MaxWallClockTimeExpiry", "It did not end in time"));
    }
    return end.map(o -> entry.released(afterRelease(run, entry, o))).orElse(entry);
  }

  /** Nobody knows when it answers again, if ever: what ends does not wait for that. */
  private boolean isLost(String node, Run run) {
    Instant until = waitsFor(node, run);
    return until != null && !until.isAfter(seen.now());
  }

  /** Until when a machine that does not answer is waited for; null where it does. */
  private @Nullable Instant waitsFor(String node, @Nullable Run run) {
    Instant silent = seen.node(node).map(NodeSeen::silentSince).orElse(null);
    if (silent == null || run == null || run.over() || run.startTime() == null) {
      return null;
    }
    Instant began = Instant.parse(run.startTime());
    return (silent.isAfter(began) ? silent : began).plus(GRACE);
  }

  private Run afterRelease(Run run, NodePreparation entry, Outcome outcome) {
    return switch (outcome.kind()) {
      case SUCCESS -> Runs.succeeded(run, outcome, seen.now());
      case FAILED, FINAL -> releaseFailed(run, entry, outcome);
      case DISRUPTED -> Runs.again(run, outcome, 0, seen.now());
    };
  }

  private Run releaseFailed(Run run, NodePreparation entry, Outcome outcome) {
    Run over = Runs.failed(Kind.RELEASE, run, outcome, seen.now());
    events.add(
        new EventToSay(
            true, Reason.ReleaseFailed, "Node " + entry.nodeId() + ": " + Runs.why(over)));
    return over;
  }

  /** Nodes that are gone, if there are too many. */
  private void prune(List<NodePreparation> ledger) {
    int coming =
        (int) create.stream().filter(m -> m.kind() == Kind.PREPARATION && m.attempt() == 1).count();
    for (int i = 0; i < ledger.size() && ledger.size() + coming > Preparation.MOST; ) {
      NodePreparation entry = ledger.get(i);
      boolean gone =
          seen.node(entry.nodeId()).isEmpty()
              && !PreparationLedger.isUnderWay(entry.preparation())
              && !PreparationLedger.isUnderWay(entry.release())
              && seen.pods().stream().noneMatch(p -> entry.nodeId().equals(p.node()));
      if (gone) {
        ledger.remove(i);
      } else {
        i++;
      }
    }
  }

  private List<NodeSeen> nodesWithTasks() {
    return seen.nodes().values().stream().filter(n -> n.ofPool() && n.takesTasks()).toList();
  }

  /** What keeps a job that ends from its end; null where it is nothing unusual. */
  private @Nullable String silent(List<NodePreparation> ledger) {
    for (NodePreparation entry : ledger) {
      Instant until = waitsFor(entry.nodeId(), entry.preparation());
      if (until == null) {
        until = waitsFor(entry.nodeId(), entry.release());
      }
      if (until != null) {
        return "; the machine of node "
            + entry.nodeId()
            + " does not answer, and is waited for until "
            + until;
      }
    }
    return null;
  }
}
