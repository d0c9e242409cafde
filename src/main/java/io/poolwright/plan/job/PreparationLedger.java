package io.poolwright.plan.job;

import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobPreparationTask;
import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.job.NodePreparation.Run;
import io.poolwright.plan.job.PreparationPlan.Make;
import io.poolwright.pods.SpecialPods.Kind;
import io.poolwright.snapshot.NodeSeen;
import io.poolwright.snapshot.PreparationSeen;
import io.poolwright.snapshot.PreparedSeen;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is entered in the ledger once pods were made, and what it means for the job. */
public final class PreparationLedger {
  private PreparationLedger() {}

  static boolean isUnderWay(@Nullable Run run) {
    return run != null && !run.over();
  }

  /** Where tasks of the job may have run. */
  static boolean isReleasable(Job job, NodePreparation entry) {
    JobPreparationTask task = job.getSpec().jobPreparationTask();
    Run run = entry.preparation();
    return run.over() && (run.succeeded() || (task != null && !task.waits()));
  }

  /**
   * The ledger with the pods that were made: it has to be written before they are let go.
   *
   * @param made UIDs of the pods that are there
   */
  public static List<NodePreparation> intended(
      List<NodePreparation> ledger, Map<Make, String> made, PreparationSeen seen) {
    Map<String, NodePreparation> all = new LinkedHashMap<>();
    ledger.forEach(e -> all.put(e.nodeId(), e));
    made.forEach((make, uid) -> {
      NodePreparation before = all.get(make.node());
      all.put(
          make.node(),
          switch (make.kind()) {
            case PREPARATION -> preparing(make, uid, before, seen);
            case RELEASE -> releasing(make, uid, before, seen);
          });
    });
    return List.copyOf(all.values());
  }

  private static NodePreparation preparing(
      Make make, String uid, @Nullable NodePreparation before, PreparationSeen seen) {
    String node = seen.node(make.node()).map(NodeSeen::uid).orElse("");
    Run last = before == null || before.preparation().over() ? null : before.preparation();
    Run run = Runs.begun(make.attempt(), uid, last, seen.now());
    return new NodePreparation(make.node(), node, run, null);
  }

  private static NodePreparation releasing(
      Make make, String uid, @Nullable NodePreparation before, PreparationSeen seen) {
    if (before == null) {
      throw new IllegalStateException("a node is released that was never prepared");
    }
    return before.released(Runs.begun(make.attempt(), uid, before.release(), seen.now()));
  }

  /** Releases that the API server does not let begin are over: they must not keep the job. */
  public static List<NodePreparation> refused(
      List<NodePreparation> ledger, Make make, String why, Instant now) {
    return ledger.stream()
        .map(e ->
            e.nodeId().equals(make.node())
                ? e.released(
                    Runs.failed(
                        Kind.RELEASE,
                        Runs.begun(make.attempt(), "", e.release(), now),
                        Runs.stopped("PodRejected", why),
                        now))
                : e)
        .toList();
  }

  /** What a job's own decision looks at. */
  public static PreparedSeen asSeen(
      PreparationSeen seen, PreparationPlan plan, List<NodePreparation> ledger) {
    boolean releases = seen.job().getSpec().jobReleaseTask() != null;
    int open = 0;
    for (NodePreparation entry : ledger) {
      boolean waits =
          releases
              && entry.release() == null
              && isReleasable(seen.job(), entry)
              && seen.node(entry.nodeId())
                  .map(n -> Preparation.hasDirectory(entry, n))
                  .orElse(false);
      if (isUnderWay(entry.preparation()) || isUnderWay(entry.release()) || waits) {
        open++;
      }
    }
    return new PreparedSeen(ledger, open, plan.trouble(), plan.note());
  }
}
