package io.poolwright.api.jobschedule;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.poolwright.api.Span;
import io.poolwright.api.job.JobSpec;
import org.jspecify.annotations.Nullable;

/** When jobs are made, and what they are (section 6 of the reference). */
@JsonClassDescription("When jobs are made, and what they are.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "!has(oldSelf.desiredState) || oldSelf.desiredState.lowerAscii() != 'terminated'"
            + " || (has(self.desiredState) && self.desiredState.lowerAscii() == 'terminated')",
    message =
        "desiredState: a terminated schedule cannot be made active again; create another schedule")
@ValidationRule(
    value =
        "!has(oldSelf.jobSpecification.poolInfo.autoPoolSpecification)"
            + " || !has(oldSelf.jobSpecification.poolInfo.autoPoolSpecification.poolLifetimeOption)"
            + " || oldSelf.jobSpecification.poolInfo.autoPoolSpecification.poolLifetimeOption.lowerAscii() != 'jobschedule'"
            + " || (has(self.jobSpecification.poolInfo.autoPoolSpecification)"
            + " && has(self.jobSpecification.poolInfo.autoPoolSpecification.poolLifetimeOption)"
            + " && self.jobSpecification.poolInfo.autoPoolSpecification.poolLifetimeOption.lowerAscii() == 'jobschedule'"
            + " && has(self.jobSpecification.poolInfo.autoPoolSpecification.autoPoolIdPrefix) == has(oldSelf.jobSpecification.poolInfo.autoPoolSpecification.autoPoolIdPrefix)"
            + " && (!has(self.jobSpecification.poolInfo.autoPoolSpecification.autoPoolIdPrefix)"
            + " || self.jobSpecification.poolInfo.autoPoolSpecification.autoPoolIdPrefix == oldSelf.jobSpecification.poolInfo.autoPoolSpecification.autoPoolIdPrefix)"
            + " && self.jobSpecification.poolInfo.autoPoolSpecification.pool.?taskSlotsPerNode.orValue(1)"
            + " == oldSelf.jobSpecification.poolInfo.autoPoolSpecification.pool.?taskSlotsPerNode.orValue(1))",
    message =
        "jobSpecification.poolInfo.autoPoolSpecification: a schedule keeps a pool of its own, with its autoPoolIdPrefix, poolLifetimeOption and pool.taskSlotsPerNode; create another schedule")
@ValidationRule(
    value =
        "!has(self.jobSpecification.desiredState) || self.jobSpecification.desiredState.lowerAscii() == 'active'",
    message = "jobSpecification.desiredState: jobs are made active; leave it out")
public record JobScheduleSpec(
    @Size(max = 1024) @JsonPropertyDescription("A name for people.") @Nullable String displayName,
    @Required @JsonPropertyDescription("When jobs are made.") Schedule schedule,
    @Required
        @JsonPropertyDescription("The spec of each job. A change is for jobs that are made later.")
        JobSpec jobSpecification,
    @Default("Active")
        @JsonPropertyDescription(
            "Disabled: no job is made, one that runs goes on; what was missed meanwhile is not made up. Terminated: the running job is ended, and no other is made.")
        @Nullable DesiredState desiredState,
    @Min(0)
        @Max(1000)
        @Default("10")
        @JsonPropertyDescription(
            "How many completed jobs are kept; older ones are deleted, with their tasks.")
        @Nullable Integer jobsHistoryLimit) {

  /** RFC 3339, as far as a pattern can say. */
  static final String TIME =
      "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$";

  public boolean wantsTermination() {
    return desiredState == DesiredState.TERMINATED;
  }

  public boolean wantsDisabling() {
    return desiredState == DesiredState.DISABLED;
  }

  public int historyLimit() {
    return jobsHistoryLimit == null ? 10 : jobsHistoryLimit;
  }

  /** Without recurrenceInterval and cron there is exactly one job. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "!(has(self.recurrenceInterval) && has(self.cron))",
      message = "schedule: give recurrenceInterval or cron, not both")
  @ValidationRule(
      value = "!has(self.timeZone) || has(self.cron)",
      message = "schedule: timeZone is for cron; a recurrenceInterval has none")
  public record Schedule(
      @Pattern(Span.PATTERN)
          @JsonPropertyDescription(
              "From one start to the next, for example 1h or PT1H; from 1 s up. Counted from doNotRunUntil, or from the creation of the schedule.")
          @Nullable Span recurrenceInterval,
      @Size(min = 1, max = 128)
          @JsonPropertyDescription(
              "Five fields (minute, hour, day of month, month, day of week), or @hourly, @daily, @weekly, @monthly, @yearly.")
          @Nullable String cron,
      @Size(min = 1, max = 64)
          @JsonPropertyDescription(
              "In which cron is read, for example Europe/Berlin; UTC unless given.")
          @Nullable String timeZone,
      @Pattern(TIME) @Size(max = 40) @JsonPropertyDescription("No job is made before this time.")
          @Nullable String doNotRunUntil,
      @Pattern(TIME)
          @Size(max = 40)
          @JsonPropertyDescription(
              "No job is made after this time; the schedule completes when none runs any more.")
          @Nullable String doNotRunAfter,
      @Pattern(Span.PATTERN)
          @JsonPropertyDescription(
              "A start that cannot be made within this time, because the job before still runs or the operator was away, is given up. Until the next start unless given.")
          @Nullable Span startWindow) {

    /** Which starts there are, in words. Whether each is made, and how late, is another matter. */
    public String rhythm() {
      String what =
          cron != null
              ? "cron " + cron + (timeZone == null ? "" : " " + timeZone)
              : recurrenceInterval != null ? "every " + recurrenceInterval.duration() : "once";
      return doNotRunUntil == null ? what : what + " from " + doNotRunUntil;
    }

    /** Whether there is exactly one start. */
    public boolean startsOnce() {
      return recurrenceInterval == null && cron == null;
    }
  }

  /** Poolwright's form of Azure's verbs on a schedule. */
  public enum DesiredState {
    @JsonProperty("Active")
    ACTIVE,
    @JsonProperty("Disabled")
    DISABLED,
    @JsonProperty("Terminated")
    TERMINATED
  }
}
