package io.poolwright.plan.job;

import io.poolwright.api.job.NodePreparation;
import io.poolwright.api.job.NodePreparation.Run;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.FailureInfo.Detail;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what failed on many nodes from making a Job larger than an API server takes: a few say at
 * length why, the others in short.
 */
final class FailureSize {
  static final int AT_LENGTH = 20;

  private static final int LONG = 1000;
  private static final int SHORT = 100;

  private int left = AT_LENGTH;

  private FailureSize() {}

  static List<NodePreparation> bound(List<NodePreparation> ledger) {
    FailureSize size = new FailureSize();
    List<NodePreparation> all = new ArrayList<>();
    for (NodePreparation entry : ledger) {
      Run release = entry.release();
      NodePreparation bound = entry.prepared(size.bound(entry.preparation()));
      all.add(release == null ? bound : bound.released(size.bound(release)));
    }
    return List.copyOf(all);
  }

  private Run bound(Run run) {
    FailureInfo failure = run.failureInfo();
    if (failure == null) {
      return run;
    }
    int most = left > 0 ? LONG : SHORT;
    FailureInfo bound =
        failure.with(
            cut(failure.message(), most),
            left > 0
                ? failure.details().stream()
                    .map(d -> new Detail(d.name(), String.valueOf(cut(d.value(), LONG))))
                    .toList()
                : List.of());
    left--;
    return new Run(
        run.state(),
        run.attempt(),
        run.podUid(),
        run.startTime(),
        run.endTime(),
        run.exitCode(),
        run.result(),
        bound,
        run.retryCount());
  }

  private static @Nullable String cut(@Nullable String text, int most) {
    return text == null || text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
