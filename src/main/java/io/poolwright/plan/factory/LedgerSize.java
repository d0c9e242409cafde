package io.poolwright.plan.factory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.poolwright.api.job.FactoryStatus.FailedTask;
import io.poolwright.api.job.FactoryStatus.LiveTask;
import io.poolwright.api.job.Job;
import io.poolwright.pods.JobPool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of the size that its Job may have a ledger takes. What must not be lost comes first:
 * tasks begin while there is room for all that may become of them. What is told of failures has the
 * rest.
 */
final class LedgerSize {
  /** A Job is never larger. */
  static final int MOST = 256 * 1024;

  /** What is measured nowhere: conditions, counts, what API servers note of who wrote what. */
  private static final int MARGIN = 16 * 1024;

  /** Sentences about tasks that do not get on. */
  private static final int SENTENCES = 8 * 1024;

  /** Of failures some is always told. */
  private static final int FAILURES = 8 * 1024;

  /** Of an entry with all its fields but the node: names of fields, numbers, a pod's UID. */
  private static final int ENTRY = 110;

  /** A time before which nothing begins; an entry has this or a node. */
  private static final int NOT_BEFORE = 36;

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** For ledger, failures and sentences together. */
  private final int most;

  /** Of one entry, whatever becomes of its task. */
  private final int entry;

  LedgerSize(Job job) {
    int node = ",\"node\":\"\"-node-99999".length() + JobPool.name(job).length();
    entry = ENTRY + Math.max(NOT_BEFORE, node);
    most =
        MOST
            - MARGIN
            - of(job.getMetadata())
            - of(job.getSpec())
            - of(job.statusOrNew().preparations());
  }

  /**
   * How many more tasks may begin.
   *
   * @param ranges as they are written
   */
  int room(List<@Nullable String> ranges, Collection<LiveTask> live) {
    int left = most - SENTENCES - FAILURES - length(ranges) - ofAll(live);
    return Math.max(0, left / entry);
  }

  /**
   * The latest failures, as many as there is room for: in short where it is little, and those at
   * length that came last.
   *
   * @param live as it is written
   */
  List<FailedTask> bound(
      List<FailedTask> failures, List<@Nullable String> ranges, List<LiveTask> live) {
    int left = Math.max(FAILURES, most - length(ranges) - of(live));
    List<FailedTask> latest = failures.reversed();
    List<FailedTask> kept = new ArrayList<>();
    for (FailedTask failure : latest) {
      FailedTask brief = brief(failure);
      left -= of(brief) + 1;
      if (left < 0) {
        break;
      }
      kept.add(brief);
    }
    for (int i = 0; i < kept.size(); i++) {
      int more = of(latest.get(i)) - of(kept.get(i));
      if (more > left) {
        break;
      }
      kept.set(i, latest.get(i));
      left -= more;
    }
    return kept.reversed();
  }

  private static FailedTask brief(FailedTask failure) {
    return new FailedTask(
        failure.index(),
        failure.attempt(),
        failure.podUid(),
        failure.node(),
        failure.exitCode(),
        failure.code(),
        null,
        null,
        failure.endTime());
  }

  private int ofAll(Collection<LiveTask> live) {
    int sum = 0;
    for (LiveTask task : live) {
      // Nodes of another pool may have had longer names.
      int more = task.node() == null ? 0 : ENTRY + task.node().length() + ",\"node\":\"\"".length();
      sum += Math.max(entry, more);
    }
    return sum;
  }

  private static int length(List<@Nullable String> ranges) {
    return ranges.stream().mapToInt(r -> r == null ? 0 : r.length() + 20).sum();
  }

  private static int of(@Nullable Object part) {
    try {
      return part == null ? 0 : JSON.writeValueAsBytes(part).length;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job that was read cannot be written", e);
    }
  }

  /** The beginning of a text, of so many bytes as it is written. */
  static @Nullable String cut(@Nullable String text, int most) {
    if (text == null || written(text) <= most) {
      return text;
    }
    int end = 0;
    int sum = "…".length() * 3;
    while (end < text.length() && sum + written(text.charAt(end)) <= most) {
      sum += written(text.charAt(end++));
    }
    boolean half = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, half ? end - 1 : end) + "…";
  }

  /** The end of a text, of so many bytes as it is written. */
  static String end(String text, int most) {
    int begin = text.length();
    int sum = 0;
    while (begin > 0 && sum + written(text.charAt(begin - 1)) <= most) {
      sum += written(text.charAt(--begin));
    }
    boolean half = begin < text.length() && Character.isLowSurrogate(text.charAt(begin));
    return text.substring(half ? begin + 1 : begin);
  }

  private static int written(String text) {
    return text.chars().map(c -> written((char) c)).sum();
  }

  /** Bytes of a character in JSON; a half of a pair has half of the pair's. */
  private static int written(char c) {
    if (c == '"' || c == '\\' || c == '\n' || c == '\t' || c == '\r' || c == '\b' || c == '\f') {
      return 2;
    }
    if (c < ' ') {
      return 6;
    }
    return c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }
}
