package io.poolwright.snapshot;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A termination message of one of our programs inside a pod: the runner, stage-in, stage-out,
 * packages, the check of a package or the start runner. Each writes the part that it knows.
 *
 * @param phase {@code Command} where the runner failed only after the command had begun
 * @param logsStored false where stage-out was to store the command's output and had no place for it
 * @param logsFailure why stage-out could not store the command's output, which fails no task
 * @param retryCount how often the start runner ran its command again
 * @param failure set by stage-out; the others write category, code, message and field at the top
 * @param entries set by the check of a package that found one, with size and digest where it is an
 *     archive; and by a listing of objects, with their number
 * @param perPart of how many keys the parts of such a list are
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StageReport(
    @Nullable Integer exitCode,
    @Nullable String startedAt,
    @Nullable String endedAt,
    @Nullable String category,
    @Nullable String code,
    @Nullable String message,
    @Nullable String field,
    @Nullable String phase,
    @Nullable Boolean logsStored,
    @Nullable Failure failure,
    @Nullable Failure logsFailure,
    @Nullable String stderrTail,
    @Nullable Integer retryCount,
    @Nullable String lastRetryTime,
    @Nullable Long sizeBytes,
    @Nullable Long entries,
    @Nullable Long unpackedBytes,
    @Nullable String digest,
    @Nullable Integer perPart) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Why files could not be stored. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Failure(
      @Nullable String category,
      @Nullable String code,
      @Nullable String message,
      @Nullable String field) {}

  /**
   * Whether what the command printed is in the pod and nowhere else, though it was to be stored.
   */
  public boolean logsAreOnlyHere() {
    return Boolean.FALSE.equals(logsStored) || logsFailure != null;
  }

  /** Empty for a message that is not ours: a user's program may write there too. */
  public static Optional<StageReport> read(@Nullable String text) {
    if (text == null || !text.startsWith("{")) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(text, StageReport.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
