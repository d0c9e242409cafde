package io.poolwright.plan.job;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.job.NodePreparation.Run;
import io.poolwright.api.job.SpecialTask;
import io.poolwright.plan.Again;
import io.poolwright.plan.job.PreparationPlan.Make;
import io.poolwright.plan.task.KeptPod;
import io.poolwright.plan.task.Outcome;
import io.poolwright.plan.task.TaskPlan;
import io.poolwright.plan.task.TaskPlan.Step;
import io.poolwright.plan.task.Verdict;
import io.poolwright.plan.task.YoungPod;
import io.poolwright.pods.SpecialPods.Kind;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PreparationSeen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is done with the pods of a job's preparation and release (section 6 of the design). */
final class PodWatch {
  private final PreparationSeen seen;
  private final Job job;
  private final Map<String, PodSeen> byUid;
  private final List<Step> steps = new ArrayList<>();

  PodWatch(PreparationSeen seen) {
    this.seen = seen;
    this.job = seen.job();
    this.byUid = seen.pods().stream().collect(Collectors.toMap(PodSeen::uid, p -> p, (a, b) -> a));
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  /**
   * How a run that the ledger names has ended; empty where it has not.
   *
   * @param stop whether it is to be stopped
   */
  Optional<Outcome> end(Kind kind, String node, Run run, boolean stop) {
    String uid = String.valueOf(run.podUid());
    PodSeen pod = byUid.get(uid);
    if (pod == null) {
      if (seen.gone().contains(uid)) {
        return Optional.of(Outcome.disrupted("Its pod is gone and took its end with it"));
      }
      steps.add(new TaskPlan.AskForPod(kind.pod(job, node, run.attempt()), uid));
      return Optional.empty();
    }
    if (pod.gated()) {
      if (pod.deleting()) {
        return Optional.of(Outcome.disrupted("Its pod was deleted before it was let go"));
      }
      steps.add(stop ? new TaskPlan.Stop(pod) : new TaskPlan.LetGo(pod));
      return Optional.empty();
    }
    boolean ends = stop;
    Optional<Outcome> outcome = Optional.empty();
    switch (Verdict.of(pod, seen.startTimeout(), seen.now())) {
      case Verdict.Ended ended -> outcome = Optional.of(ended.outcome());
      case Verdict.TooLate _ -> ends = true;
      case Verdict.Held _, Verdict.Quiet _, Verdict.Unreachable _, Verdict.UnderWay _ -> {}
    }
    if (outcome.isEmpty() && ends && !pod.deleting()) {
      steps.add(new TaskPlan.Stop(pod));
    }
    return outcome;
  }

  /**
   * Lets pods out of our hands whose end is in the ledger, and those that it does not know. Returns
   * when to look again for retention's sake.
   *
   * @param wanted pods that the ledger is to name next
   */
  @Nullable Duration releaseRecorded(List<Make> wanted) {
    Set<String> next =
        wanted.stream()
            .map(m -> m.kind().pod(job, m.node(), m.attempt()))
            .collect(Collectors.toSet());
    Map<String, Recorded> recorded = recorded();
    Duration again = null;
    for (PodSeen pod : seen.pods()) {
      Recorded at = recorded.get(pod.node() + "/" + kind(pod));
      boolean current = at != null && pod.uid().equals(at.run().podUid());
      boolean ahead = !pod.gated() && pod.number() > (at == null ? 0 : at.run().attempt());
      // What was let go for an attempt that the ledger does not know: it is the ledger as seen
      // here that is behind.
      if (current || ahead || (pod.gated() && !pod.deleting() && next.contains(pod.name()))) {
        continue;
      }
      if (YoungPod.is(pod, seen.now())) {
        again = Again.sooner(again, YoungPod.AGE);
        continue;
      }
      Duration keep = at == null || pod.deleting() ? Duration.ZERO : keepForReading(at, pod);
      boolean delete = !keep.isPositive();
      if (pod.held() || (delete && !pod.deleting())) {
        steps.add(new TaskPlan.Release(pod, delete));
      }
      again = Again.sooner(again, delete ? null : keep);
    }
    return again;
  }

  private record Recorded(Kind kind, Run run) {}

  private Map<String, Recorded> recorded() {
    Map<String, Recorded> all = new HashMap<>();
    for (NodePreparation entry : job.statusOrNew().preparations()) {
      all.put(
          entry.nodeId() + "/" + Kind.PREPARATION,
          new Recorded(Kind.PREPARATION, entry.preparation()));
      if (entry.release() != null) {
        all.put(entry.nodeId() + "/" + Kind.RELEASE, new Recorded(Kind.RELEASE, entry.release()));
      }
    }
    return all;
  }

  private Kind kind(PodSeen pod) {
    boolean releases =
        pod.node() != null && pod.name().equals(Kind.RELEASE.pod(job, pod.node(), pod.number()));
    return releases ? Kind.RELEASE : Kind.PREPARATION;
  }

  /** The last pod of what failed stays until retention ends, or another attempt begins. */
  private Duration keepForReading(Recorded at, PodSeen pod) {
    Run run = at.run();
    SpecialTask task = at.kind().of(job);
    if (!pod.over() || pod.number() != run.attempt() || run.endTime() == null || task == null) {
      return Duration.ZERO;
    }
    return KeptPod.left(
        pod, run.failureInfo() != null, run.endTime(), task.limits().retention(), seen.now());
  }
}
