package io.poolwright.api.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a TaskPerFile makes tasks of, listed once. The keys are in ControllerRevisions
 * of the job, which cannot be changed; task i is that of key i.
 *
 * @param count how many there are; null until they are listed
 * @param perPart how many keys each ControllerRevision has but the last
 * @param digest of the whole list; null until it is listed
 * @param listTime when the list was taken down (RFC 3339)
 * @param failures how many listings came to nothing
 * @param nextListTime when it is tried again (RFC 3339)
 * @param code why the last listing came to nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ListedFiles(
    @Nullable Integer count,
    @Nullable Integer perPart,
    @Size(max = 64) @Nullable String digest,
    @Size(max = 64) @Nullable String listTime,
    @Nullable Integer failures,
    @Size(max = 64) @Nullable String nextListTime,
    @Size(max = 128) @Nullable String code,
    @Size(max = 1024) @Nullable String message) {

  /** Of a list that came to be. */
  public static ListedFiles of(int count, int perPart, String digest, String time) {
    return new ListedFiles(count, perPart, digest, time, null, null, null, null);
  }

  /** Nothing was found, and is looked for again; or not, where there is no next time. */
  public static ListedFiles failed(
      int failures, @Nullable String nextListTime, String code, String message) {
    return new ListedFiles(null, null, null, null, failures, nextListTime, code, message);
  }

  public boolean listed() {
    return digest != null;
  }

  /** Nobody looks again. */
  public boolean givenUp() {
    return digest == null && code != null && nextListTime == null;
  }
}
