package io.poolwright.snapshot;

import io.poolwright.api.job.ListedFiles;
import org.jspecify.annotations.Nullable;

/**
 * How the listing of the objects stands that a job's factory makes tasks of.
 *
 * @param ledger what the job's status is to say of it; null for a job that lists none
 * @param progress what it waits for; null where there is a list, or none is needed
 * @param trouble what keeps it from being made; null where nothing does
 */
public record FilesSeen(
    @Nullable ListedFiles ledger, @Nullable String progress, @Nullable String trouble) {
  public static final FilesSeen NONE = new FilesSeen(null, null, null);

  /** Whether the job's tasks are not known yet. */
  public boolean isOpen() {
    return progress != null || trouble != null;
  }

  /** Whether nothing was found that a task could be made of. */
  public boolean isEmpty() {
    return ledger != null && ledger.count() != null && ledger.count() == 0;
  }
}
