package io.poolwright.snapshot;

import io.poolwright.api.job.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the decision about the listing of one job's objects looks at.
 *
 * @param pods all pods of the job that list objects
 * @param taken what came of a list that such a pod made; null where none was taken down
 * @param refusal the last time that the API server refused such a pod; null where it took the last
 * @param startTimeout how long a pod may fail to start before that is its end
 */
public record FileListSeen(
    Job job,
    List<PodSeen> pods,
    @Nullable Taken taken,
    @Nullable Refusal refusal,
    Duration startTimeout,
    Instant now) {
  public FileListSeen {
    pods = List.copyOf(pods);
  }

  /** What came of taking a list down. */
  public sealed interface Taken {}

  /** It is kept, and a task can be made of each key. */
  public record Kept(int count, int perPart, String digest) implements Taken {}

  /** With these keys the factory makes no sense. */
  public record Senseless(String complaint) implements Taken {}

  /** It could not be read, or not be kept. */
  public record NotKept(String why) implements Taken {}

  public FileListSeen with(Taken takenNow) {
    return new FileListSeen(job, pods, takenNow, refusal, startTimeout, now);
  }

  public Optional<PodSeen> pod(String name) {
    return pods.stream().filter(p -> p.name().equals(name)).findFirst();
  }
}
