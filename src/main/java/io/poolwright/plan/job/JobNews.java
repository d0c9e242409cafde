package io.poolwright.plan.job;

import io.poolwright.api.Condition;
import io.poolwright.api.job.JobStatus;
import io.poolwright.plan.EventToSay;
import io.poolwright.status.Conditions;
import io.poolwright.status.Reason;
import java.util.List;
import java.util.Set;

/** What of a job's status is told in an event: another reason than before. */
final class JobNews {
  private static final Set<Reason> AS_WISHED =
      Set.of(
          Reason.Succeeded,
          Reason.ListingFiles,
          Reason.Terminating,
          Reason.Disabling,
          Reason.Disabled,
          Reason.UserTerminate);

  private JobNews() {}

  static List<EventToSay> of(JobStatus say, JobStatus before) {
    return Conditions.find(say.conditions(), Conditions.READY)
        .filter(now ->
            Conditions.find(before.conditions(), Conditions.READY)
                .map(was -> !was.reason().equals(now.reason()))
                .orElse(true))
        .filter(now -> !now.reason().equals(Reason.Active.name()))
        .map(now ->
            List.of(
                new EventToSay(
                    isWarning(now),
                    Reason.valueOf(now.reason()),
                    now.message() == null ? "" : now.message())))
        .orElse(List.of());
  }

  private static boolean isWarning(Condition ready) {
    Reason reason = Reason.valueOf(ready.reason());
    return reason == Reason.JMComplete
        ? ready.status().equals("False")
        : !AS_WISHED.contains(reason);
  }
}
