package io.poolwright.api.jobschedule;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import io.poolwright.api.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a schedule.
 *
 * @param lastJob the highest number of a job that was made; 0 or null before the first
 * @param lastStart the latest start (RFC 3339) that was made or given up: no job is made for it or
 *     an earlier one
 * @param rhythm the starts that were last counted by: of others none lies before they were asked
 *     for
 */
@JsonClassDescription(
    "When the next job is made. The condition Ready says why none is, where one should be.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record JobScheduleStatus(
    @Nullable Long observedGeneration,
    @Nullable JobScheduleState state,
    @Nullable ExecutionInfo executionInfo,
    @Nullable Integer lastJob,
    @Size(max = 40) @Nullable String lastStart,
    @Size(max = 512) @Nullable String rhythm,
    List<Condition> conditions) {

  public static final JobScheduleStatus NEW =
      new JobScheduleStatus(null, null, null, null, null, null, List.of());

  public JobScheduleStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /**
   * @param nextRunTime when the next job is to be made; in the past where it waits for the one
   *     before; null where none will be
   * @param endTime when the schedule completed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ExecutionInfo(
      @Size(max = 40) @Nullable String nextRunTime,
      @Nullable RecentJob recentJob,
      @Size(max = 40) @Nullable String endTime) {}

  /** The latest job that was made. */
  public record RecentJob(@Size(max = 63) String id) {}
}
