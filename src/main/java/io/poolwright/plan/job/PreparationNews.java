package io.poolwright.plan.job;

import io.poolwright.api.job.NodePreparation;
import io.poolwright.plan.job.PreparationPlan.Make;
import io.poolwright.pods.JobPool;
import io.poolwright.pods.SpecialPods.Kind;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.snapshot.PreparationSeen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a job says of the nodes that its preparation keeps from its tasks. */
final class PreparationNews {
  private final PreparationSeen seen;
  private final List<Make> create;
  private final Map<String, NodeStanding> standings;
  private final List<NodePreparation> ledger;

  PreparationNews(
      PreparationSeen seen,
      List<Make> create,
      Map<String, NodeStanding> standings,
      List<NodePreparation> ledger) {
    this.seen = seen;
    this.create = create;
    this.standings = standings;
    this.ledger = ledger;
  }

  /** Why no node takes tasks of the job; null where one does, or none is asked for. */
  @Nullable String trouble() {
    Optional<String> refused = refused();
    if (refused.isPresent() && !getsOn()) {
      return "spec.jobPreparationTask: its pod was refused on node " + refused.get();
    }
    boolean closed =
        !standings.isEmpty() && standings.values().stream().allMatch(s -> s == NodeStanding.CLOSED);
    return closed
        ? firstFailed()
            .map(f ->
                "spec.jobPreparationTask: it failed on every node of pool "
                    + JobPool.name(seen.job())
                    + "; "
                    + f
                    + ". Tasks go on with the next node that is new or reimaged; to change the"
                    + " task, create another job")
            .orElse(null)
        : null;
  }

  /** Whether some node takes tasks, or is about to. */
  private boolean getsOn() {
    Set<String> refused = seen.refusals().keySet();
    return standings.containsValue(NodeStanding.READY)
        || standings.entrySet().stream()
            .anyMatch(s -> s.getValue() == NodeStanding.PREPARING && !refused.contains(s.getKey()))
        || create.stream()
            .anyMatch(m -> m.kind() == Kind.PREPARATION && !refused.contains(m.node()));
  }

  /** The first node that tasks wait for and whose pod was refused, and why. */
  private Optional<String> refused() {
    return seen.refusals().entrySet().stream()
        .filter(r -> seen.wanted().contains(r.getKey()))
        .min(Map.Entry.comparingByKey())
        .map(r -> r.getKey() + ": " + r.getValue().message());
  }

  /** What is worth to be known of a job that gets on all the same; null where nothing is. */
  @Nullable String note() {
    Set<String> known = ledger.stream().map(NodePreparation::nodeId).collect(Collectors.toSet());
    List<String> closed =
        standings.entrySet().stream()
            .filter(s -> s.getValue() == NodeStanding.CLOSED)
            .map(Map.Entry::getKey)
            .toList();
    long failed = closed.stream().filter(known::contains).count();
    long full = closed.size() - failed;
    String why =
        firstFailed()
            .map(f ->
                ", but not on " + failed + " node(s) where spec.jobPreparationTask failed; " + f)
            .orElse("");
    String all =
        full == 0
            ? why
            : why
                + ", but not on "
                + full
                + " node(s) more than the "
                + Preparation.MOST
                + " that a job prepares; those take its tasks when others leave the pool";
    String refused =
        refused()
            .map(r -> ", but the pod of spec.jobPreparationTask was refused on node " + r)
            .orElse("");
    String note = all + refused;
    return note.isEmpty() ? null : note;
  }

  private Optional<String> firstFailed() {
    return ledger.stream()
        .filter(e ->
            e.preparation().over()
                && !e.preparation().succeeded()
                && standings.get(e.nodeId()) == NodeStanding.CLOSED)
        .findFirst()
        .map(e -> e.nodeId() + ": " + Runs.why(e.preparation()));
  }
}
