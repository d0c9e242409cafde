package io.poolwright.snapshot;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that has slots of a node, as far as it matters to what waits for them.
 *
 * @param pod as the ledger names it, with its UID
 * @param priority that of its job
 * @param started since when it has the slots
 * @param yields whether it may be stopped for a task of a higher priority
 * @param ends whether it is being stopped, or over already: its room is coming
 * @param preemptedFor the task for which it is being stopped, as JOB/TASK; null where for none
 */
public record AttemptSeen(
    String pod,
    String podUid,
    String node,
    int slots,
    int priority,
    Instant started,
    boolean yields,
    boolean ends,
    @Nullable String preemptedFor) {}
