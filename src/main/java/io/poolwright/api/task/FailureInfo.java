package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FailureInfo(
    @Size(max = 64) String category,
    @Size(max = 128) String code,
    @Size(max = 4096) @Nullable String message,
    List<Detail> details) {

  public FailureInfo {
    details = details == null ? List.of() : List.copyOf(details);
  }

  /** One named fact. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Detail(@Size(max = 64) String name, @Size(max = 4096) String value) {}
}
