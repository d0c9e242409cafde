package io.poolwright.plan.job;

import io.poolwright.api.Condition;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.JobPreparationTask;
import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.job.SpecialTask;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.Task;
import io.poolwright.plan.Complaint;
import io.poolwright.pods.SpecialPods;
import io.poolwright.snapshot.NodeSeen;
import io.poolwright.snapshot.NodeStanding;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a job's preparation means for its tasks. */
public final class Preparation {
  /** Nodes that a job's status holds: an object has to stay well below what an API server takes. */
  static final int MOST = 500;

  private Preparation() {}

  /**
   * How these nodes stand; empty where the job prepares none.
   *
   * @return by the node's name
   */
  public static Map<String, NodeStanding> standings(Job job, Collection<NodeSeen> nodes) {
    JobPreparationTask task = job.getSpec().jobPreparationTask();
    if (task == null) {
      return Map.of();
    }
    return standings(task, job.statusOrNew().preparations(), nodes);
  }

  static Map<String, NodeStanding> standings(
      JobPreparationTask task, List<NodePreparation> ledger, Collection<NodeSeen> nodes) {
    Map<String, NodePreparation> known = new HashMap<>();
    ledger.forEach(e -> known.put(e.nodeId(), e));
    boolean full = isFull(ledger, nodes);
    Map<String, NodeStanding> all = new HashMap<>();
    nodes.forEach(n -> all.put(n.name(), standing(task, known.get(n.name()), n, full)));
    return all;
  }

  /** Those that are gone make room; nodes that are there do not. */
  private static boolean isFull(List<NodePreparation> ledger, Collection<NodeSeen> nodes) {
    if (ledger.size() < MOST) {
      return false;
    }
    Map<String, NodeSeen> there = new HashMap<>();
    nodes.forEach(n -> there.put(n.name(), n));
    return ledger.stream()
            .filter(e -> !e.preparation().over() || there.containsKey(e.nodeId()))
            .count()
        >= MOST;
  }

  private static NodeStanding standing(
      JobPreparationTask task, @Nullable NodePreparation entry, NodeSeen node, boolean full) {
    if (entry == null) {
      return full ? NodeStanding.CLOSED : NodeStanding.NEW;
    }
    NodePreparation.Run run = entry.preparation();
    if (!isOf(task, entry, node)) {
      return run.over() ? NodeStanding.NEW : NodeStanding.PREPARING;
    }
    if (!task.waits() || run.succeeded()) {
      return NodeStanding.READY;
    }
    return run.over() ? NodeStanding.CLOSED : NodeStanding.PREPARING;
  }

  /** Whether what the entry says holds for the node as it is now. */
  private static boolean isOf(JobPreparationTask task, NodePreparation entry, NodeSeen node) {
    return entry.nodeUid().equals(node.uid())
        || (entry.preparation().succeeded()
            && !task.rerunsAfterReboot()
            && hasDirectory(entry, node));
  }

  /** Whether the directory that was prepared is the node's. */
  static boolean hasDirectory(NodePreparation entry, NodeSeen node) {
    return node.present()
        && (entry.nodeUid().equals(node.uid()) || entry.nodeUid().equals(node.rebootedFrom()));
  }

  /** Why no node takes tasks of the job, for these; empty where some do. */
  public static Optional<String> trouble(@Nullable Job job) {
    return job == null || job.getSpec().jobPreparationTask() == null
        ? Optional.empty()
        : Conditions.find(job.statusOrNew().conditions(), Conditions.READY)
            .filter(c -> c.reason().equals(Reason.PreparationFailed.name()))
            .map(Condition::message);
  }

  /** What is wrong with preparation or release and no schema can tell. */
  public static Optional<Complaint> complaint(Task task, Job job, Pool pool) {
    for (SpecialPods.Kind kind : SpecialPods.Kind.values()) {
      SpecialTask what = kind.of(job);
      if (what != null) {
        Optional<Complaint> found = complaint(kind.field(), what, task, job, pool);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Complaint> complaint(
      String field, SpecialTask what, Task task, Job job, Pool pool) {
    String at = field.substring("spec.".length()) + " of job " + job.getMetadata().getName() + ": ";
    if (task.getMetadata().getName().equals(what.idOrDefault())) {
      return Optional.of(
          new Complaint(
              Reason.NameConflict,
              "metadata.name: "
                  + what.idOrDefault()
                  + " is the id of "
                  + at.substring(0, at.length() - 2)
                  + " too; create the task anew with another name"));
    }
    if (what.containerSettings() == null && pool.getSpec().node().image() == null) {
      return Optional.of(
          new Complaint(
              Reason.ImageMissing,
              at
                  + "neither its containerSettings.imageName nor pool "
                  + pool.getMetadata().getName()
                  + " (node.image) names an image"));
    }
    Optional<Complaint> identity = Complaint.ofIdentity(at, what.userIdentity(), pool);
    if (identity.isPresent()) {
      return identity;
    }
    Optional<Complaint> options =
        Complaint.ofRunOptions(at, what.containerSettings(), what.userIdentity())
            .or(() ->
                Complaint.ofRoot(
                    at,
                    what.containerSettings(),
                    pool.getSpec(),
                    "pool " + pool.getMetadata().getName() + " "));
    if (options.isPresent()) {
      return options;
    }
    return Complaint.ofCommandLine("commandLine", what.commandLine())
        .or(() ->
            Complaint.ofPaths("resourceFiles", "preparation or release", what.resourceFiles()))
        .or(() -> Complaint.ofVariables("environmentSettings", what.environmentSettings()))
        .map(c -> new Complaint(c.reason(), at + c.message()));
  }
}
