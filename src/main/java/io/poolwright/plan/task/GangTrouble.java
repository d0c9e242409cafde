package io.poolwright.plan.task;

import io.poolwright.api.ResourceFile;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.task.MultiInstanceSettings;
import io.poolwright.api.task.Task;
import io.poolwright.plan.Complaint;
import io.poolwright.status.Reason;
import java.util.Optional;
import java.util.Set;

/**
 * Why a pool can never give a multi-instance task its nodes (section 9 of the reference): there
 * such a task stays active for ever, and nobody says why.
 */
final class GangTrouble {
  private static final String FIELD = "spec.multiInstanceSettings";
  private static final Set<String> TAKEN = Set.of("wd", "stdout.txt", "stderr.txt");

  private GangTrouble() {}

  static Optional<Complaint> of(Task task, Pool pool) {
    MultiInstanceSettings settings = task.getSpec().multiInstanceSettings();
    if (settings == null) {
      return Optional.empty();
    }
    PoolSpec spec = pool.getSpec();
    String name = pool.getMetadata().getName();
    if (!spec.joins()) {
      return complaint(
          Reason.InvalidSetting,
          ": its nodes have to reach each other; give pool "
              + name
              + " enableInterNodeCommunication: true");
    }
    if (spec.slotsPerNode() != 1) {
      return complaint(
          Reason.InvalidSetting,
          ": it has whole nodes, and a node of pool "
              + name
              + " has "
              + spec.slotsPerNode()
              + " slots; use a pool with taskSlotsPerNode: 1");
    }
    int most = pool.dedicatedTarget() + pool.lowPriorityTarget();
    if (!spec.autoScales() && settings.instances() > most) {
      return complaint(
          Reason.NotEnoughNodes,
          ".numberOfInstances: "
              + settings.instances()
              + " nodes are needed at once, and pool "
              + name
              + " is to have "
              + most
              + "; resize it, or ask for fewer");
    }
    return Complaint.ofCommandLine(
            FIELD + ".coordinationCommandLine", settings.coordinationCommandLine())
        .or(() ->
            Complaint.ofPaths(
                FIELD + ".commonResourceFiles", "task", settings.commonResourceFiles()))
        .or(() -> hidden(settings));
  }

  /** Where the output of the commands is to be. */
  private static Optional<Complaint> hidden(MultiInstanceSettings settings) {
    return settings.commonResourceFiles().stream()
        .map(ResourceFile::filePath)
        .filter(p -> p != null && TAKEN.contains(p))
        .findFirst()
        .flatMap(p ->
            complaint(
                Reason.InvalidFilePath,
                ".commonResourceFiles: "
                    + p
                    + " is Poolwright's own in the task's directory; give the file another filePath"));
  }

  private static Optional<Complaint> complaint(Reason reason, String message) {
    return Optional.of(new Complaint(reason, FIELD + message));
  }
}
