package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.poolwright.api.pool.PoolSpec;
import org.jspecify.annotations.Nullable;

/** A pool that is made for a job, or for the jobs of a schedule (section 5.1 of the reference). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "!has(self.poolLifetimeOption) || self.poolLifetimeOption.lowerAscii() != 'jobschedule'"
            + " || self.?keepAlive.orValue(false) == oldSelf.?keepAlive.orValue(false)",
    message = "keepAlive: it can be changed only of a pool with poolLifetimeOption Job")
public record AutoPoolSpecification(
    @Size(min = 1, max = 20)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
            "What the pool's name begins with; the name of the job, or of its schedule, unless given.")
        @Nullable String autoPoolIdPrefix,
    @Default("Job")
        @JsonPropertyDescription(
            "Job (the default): the pool is made with the job and goes when the job is completed. JobSchedule: it is made with the first job of the schedule, is there for all its jobs, and goes when the schedule is completed.")
        @Nullable PoolLifetime poolLifetimeOption,
    @JsonPropertyDescription(
            "true: the pool stays when its time is over, and when its job or schedule is deleted; delete it yourself.")
        @Nullable Boolean keepAlive,
    @Required
        @JsonPropertyDescription(
            "The spec of the pool. A change of it is made to the Pool as well, in place of what was changed there.")
        PoolSpec pool) {

  public boolean stays() {
    return Boolean.TRUE.equals(keepAlive);
  }

  /** Whether all jobs of the schedule share it. */
  public boolean ofSchedule() {
    return poolLifetimeOption == PoolLifetime.JOB_SCHEDULE;
  }

  /** With whom the pool comes and goes. */
  public enum PoolLifetime {
    @JsonProperty("Job")
    JOB,
    @JsonProperty("JobSchedule")
    JOB_SCHEDULE
  }
}
