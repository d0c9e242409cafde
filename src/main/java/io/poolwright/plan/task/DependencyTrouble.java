package io.poolwright.plan.task;

import io.poolwright.plan.EventToSay;
import io.poolwright.snapshot.ParentsSeen;
import io.poolwright.status.Reason;
import java.util.Optional;

/** Why a task cannot run yet, or ever, because of those that it depends on. */
final class DependencyTrouble {
  private DependencyTrouble() {}

  /** A warning where nothing changes by itself. */
  static Optional<EventToSay> of(ParentsSeen parents) {
    if (parents.twin() != null) {
      return Optional.of(
          new EventToSay(
              true,
              Reason.NameConflict,
              "spec.id: task "
                  + parents.twin()
                  + " of the job has the same id, and others depend on ids; create the task anew"
                  + " with another one"));
    }
    if (parents.cycle() != null) {
      return Optional.of(
          new EventToSay(
              true,
              Reason.DependencyCycle,
              "spec.dependsOn: "
                  + parents.cycle()
                  + ": each waits for the next, so none ever runs; take one of these dependencies out"));
    }
    if (parents.blocker() != null) {
      return Optional.of(
          new EventToSay(
              true,
              Reason.DependencyBlocked,
              "spec.dependsOn: task "
                  + parents.blocker()
                  + " failed, and its dependencyAction is Block; "
                  + (parents.lasting()
                      ? "a factory's task does not run again: terminate the job, and create one whose"
                          + " repeatTask has exitConditions: {default: {dependencyAction: Satisfy}}"
                      : "the task runs if that one is reactivated and succeeds")));
    }
    if (parents.open() > 0) {
      long more = parents.open() - parents.first().size();
      return Optional.of(
          new EventToSay(
              false,
              Reason.WaitingForDependencies,
              "spec.dependsOn: waits for "
                  + String.join(", ", parents.first())
                  + (more > 0 ? " and " + more + " more" : "")));
    }
    return Optional.empty();
  }
}
