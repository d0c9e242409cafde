package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Tasks of the same job that have to be over first (section 10 of the reference). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DependsOn(
    @Size(max = 1000)
        @JsonPropertyDescription(
            "Ids of tasks of the same job; they need not exist yet. An id is spec.id, or the name of a Task without.")
        List<@Size(min = 1, max = 63) @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$") String> taskIds,
    @Size(max = 100)
        @JsonPropertyDescription(
            "Every id from start to end, for ids that are numbers; leading zeros do not count (4, 04 and 004 are one).")
        List<TaskIdRange> taskIdRanges) {

  public DependsOn {
    taskIds = taskIds == null ? List.of() : List.copyOf(taskIds);
    taskIdRanges = taskIdRanges == null ? List.of() : List.copyOf(taskIdRanges);
  }

  public boolean none() {
    return taskIds.isEmpty() && taskIdRanges.isEmpty();
  }

  /** Both ends included. */
  @ValidationRule(
      value = "self.start <= self.end",
      message = "taskIdRanges: start is after end; give the smaller number first")
  public record TaskIdRange(
      @Required @Min(0) @Max(Integer.MAX_VALUE) int start,
      @Required @Min(0) @Max(Integer.MAX_VALUE) int end) {

    public long size() {
      return (long) end - start + 1;
    }

    public boolean contains(int number) {
      return start <= number && number <= end;
    }
  }
}
