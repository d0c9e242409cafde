package io.poolwright.snapshot;

import io.poolwright.api.job.NodePreparation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the decision about a job looks at of its preparation and release.
 *
 * @param ledger as it would be written now
 * @param open runs that have to be over before the job is
 * @param trouble why no node takes its tasks; null where some do
 * @param note what is wrong with some nodes; null where nothing is
 */
public record PreparedSeen(
    List<NodePreparation> ledger, int open, @Nullable String trouble, @Nullable String note) {

  /** Of a job that has neither. */
  public static final PreparedSeen NONE = new PreparedSeen(List.of(), 0, null, null);

  public PreparedSeen {
    ledger = List.copyOf(ledger);
  }
}
