package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a factory's tasks: there is no object for each. What is in none of these lists and
 * ranges has not begun. Ranges are written {@code 0-8999,9001}, and packed where that would be
 * long; {@code poolwright tasks} reads both.
 *
 * @param size how many tasks the factory makes, its merge task not counted
 * @param pardoned failed tasks whose exit conditions satisfy those that depend on them
 * @param blocking tasks that succeeded and whose exit conditions do not satisfy those that depend
 *     on them
 * @param failing tasks whose exit conditions fail those that depend on them
 * @param live tasks that have a node, and those that had one and run again
 * @param failures the last that failed
 * @param lastEnd the latest end of a task that had a node: until its retention is over there may be
 *     directories of the job on any node that is older
 * @param terminates the first whose exit conditions end the job
 * @param disables the latest whose exit conditions disable the job
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FactoryStatus(
    int size,
    @Nullable String succeeded,
    @Nullable String failed,
    @Nullable String pardoned,
    @Nullable String blocking,
    @Nullable String failing,
    List<LiveTask> live,
    List<FailedTask> failures,
    @Size(max = 64) @Nullable String lastEnd,
    @Nullable JobActor terminates,
    @Nullable JobActor disables) {

  public FactoryStatus {
    live = live == null ? List.of() : List.copyOf(live);
    failures = failures == null ? List.of() : List.copyOf(failures);
  }

  /** Of a factory of which no task has begun. */
  public static FactoryStatus begin(int size) {
    return new FactoryStatus(
        size, null, null, null, null, null, List.of(), List.of(), null, null, null);
  }

  /**
   * A task between its first attempt and its end.
   *
   * @param attempt the latest, which was intended
   * @param podUid the pod of that attempt, and the only one that may ever be let go for it
   * @param node where it runs; null of one that waits for another attempt
   * @param notBefore no new attempt before this time (RFC 3339)
   * @param reason why it does not get on, if it does not
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record LiveTask(
      int index,
      int attempt,
      @Size(max = 64) String podUid,
      @Size(max = 253) @Nullable String node,
      @Nullable Integer retries,
      @Nullable Integer disruptions,
      @Size(max = 64) @Nullable String notBefore,
      @Size(max = 64) @Nullable String reason,
      @Size(max = 512) @Nullable String message) {}

  /**
   * A task that failed.
   *
   * @param stderr the end of what it wrote there; null where nothing is known of it
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record FailedTask(
      int index,
      int attempt,
      @Size(max = 64) @Nullable String podUid,
      @Size(max = 253) @Nullable String node,
      @Nullable Integer exitCode,
      @Size(max = 128) String code,
      @Size(max = 512) @Nullable String message,
      @Size(max = 512) @Nullable String stderr,
      @Size(max = 64) @Nullable String endTime) {}

  /** A task that does something to its job by its end. */
  public record JobActor(int index, @Size(max = 64) String endTime) {}
}
