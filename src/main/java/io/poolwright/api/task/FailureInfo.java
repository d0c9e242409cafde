package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a task failed.
 *
 * @param category {@code UserError} or {@code ServerError}
 * @param code one of the codes of section 16, for example {@code FailureExitCode} or {@code
 *     BlobNotFound}
 * @param details for example the field at fault, and the end of stderr
 * @param phase when it failed, which says what of {@code exitConditions} applies; null of a task
 *     that was stopped before it ran
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FailureInfo(
    @Size(max = 64) String category,
    @Size(max = 128) String code,
    @Size(max = 4096) @Nullable String message,
    List<Detail> details,
    @Nullable Phase phase) {

  public FailureInfo {
    details = details == null ? List.of() : List.copyOf(details);
  }

  /** Of something to which no exit conditions apply. */
  public FailureInfo(String category, String code, @Nullable String message, List<Detail> details) {
    this(category, code, message, details, null);
  }

  /** The same, told in other words. */
  public FailureInfo with(@Nullable String otherMessage, List<Detail> otherDetails) {
    return new FailureInfo(category, code, otherMessage, otherDetails, phase);
  }

  /** What of an attempt failed. */
  public enum Phase {
    /** What comes before the command: files, packages, the image, the start of the program. */
    @JsonProperty("PreProcessing")
    PRE_PROCESSING,
    /** The command, which had begun. */
    @JsonProperty("Command")
    COMMAND,
    /** What comes after the command: its output files. */
    @JsonProperty("FileUpload")
    FILE_UPLOAD
  }

  /** One named fact. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Detail(@Size(max = 64) String name, @Size(max = 4096) String value) {}

  /** The same in other words. */
  public FailureInfo saying(String other) {
    return with(other, details);
  }
}
