package io.poolwright.snapshot;

import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.pool.NodeDeallocationOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a decision may know of a pod.
 *
 * @param version its resourceVersion; another one says that it was changed since it was seen
 * @param number the attempt of a task pod, the number of a node pod
 * @param node name of the node pod that a task pod is pinned to
 * @param machine the Kubernetes node it is bound to; null until it is
 * @param spot it is a Spot node's
 * @param gated our scheduling gate is still on it: it cannot run
 * @param foreignGates names of the scheduling gates on it that others set, as a queue does
 * @param held our finalizer is still on it: it cannot vanish
 * @param disrupted it has the condition DisruptionTarget
 * @param unreachable its containers run as far as anybody knows, but its machine does not answer
 * @param leaving what a node pod that is to go does to its tasks; null where it is not marked so
 * @param preemptedFor the task of a higher priority for which a task pod is stopped, as JOB/TASK;
 *     null where it is not
 * @param request what a user asks of a node, as it is written
 * @param shown the state that the label of a node's pod shows; null where it has none
 * @param room what the container that holds or uses the node's room requests and may use; null in
 *     pools that do not lend it
 * @param unschedulable what the scheduler says where it found no machine
 * @param acknowledged when the kubelet of its machine took it on
 */
public record PodSeen(
    String name,
    String uid,
    @Nullable String version,
    int number,
    @Nullable String node,
    @Nullable String machine,
    Phase phase,
    @Nullable String reason,
    @Nullable String message,
    boolean spot,
    boolean gated,
    List<String> foreignGates,
    boolean held,
    boolean deleting,
    boolean disrupted,
    boolean unreachable,
    @Nullable NodeDeallocationOption leaving,
    @Nullable String preemptedFor,
    @Nullable String request,
    @Nullable String shown,
    @Nullable Room room,
    @Nullable String unschedulable,
    Instant created,
    @Nullable Instant acknowledged,
    List<ContainerSeen> inits,
    List<ContainerSeen> containers) {

  /** A node that has not got ready after this is asked for. */
  private static final Duration FIRST_WORDS = Duration.ofSeconds(10);

  /** No longer than this is it between two times that a node is asked for. */
  private static final Duration RARE_WORDS = Duration.ofSeconds(160);

  /** Reasons for waiting that say nothing but that it is not this container's turn yet. */
  private static final Set<String> NO_REASON = Set.of("PodInitializing", "ContainerCreating");

  /** The pod's phase. */
  public enum Phase {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    UNKNOWN
  }

  /** The same of which the scheduler says this. */
  public PodSeen unschedulable(String said) {
    return new PodSeen(
        name,
        uid,
        version,
        number,
        node,
        machine,
        phase,
        reason,
        message,
        spot,
        gated,
        foreignGates,
        held,
        deleting,
        disrupted,
        unreachable,
        leaving,
        preemptedFor,
        request,
        shown,
        room,
        said,
        created,
        acknowledged,
        inits,
        containers);
  }

  /** Whether it is a Spot node's and its machine, or its room there, is taken back. */
  public boolean preempted() {
    return spot && disrupted && (deleting || ended());
  }

  public boolean ended() {
    return phase == Phase.SUCCEEDED || phase == Phase.FAILED;
  }

  /**
   * Whether no container of it runs or can still start: the kubelet says so of the containers first
   * and of the phase later.
   */
  public boolean over() {
    boolean initFailed =
        inits.stream().anyMatch(c -> c.terminated().map(t -> t.exitCode() != 0).orElse(false));
    boolean allEnded =
        !containers.isEmpty() && containers.stream().allMatch(c -> c.terminated().isPresent());
    return ended() || initFailed || allEnded;
  }

  /** When the last of its containers ended; when it was created, where none has. */
  public Instant lastEnd() {
    return java.util.stream.Stream.concat(inits.stream(), containers.stream())
        .flatMap(c -> c.terminated().stream())
        .flatMap(t -> Optional.ofNullable(t.finishedAt()).stream())
        .map(Instant::parse)
        .reduce(created, (a, b) -> a.isAfter(b) ? a : b);
  }

  /** Since when it waits for its next container, if none of them runs. */
  public Instant waitsSince() {
    Instant end = lastEnd();
    return acknowledged != null && acknowledged.isAfter(end) ? acknowledged : end;
  }

  /**
   * Whether its volumes are mounted, or its first image is pulled, as far as its status tells; not
   * where the status says what keeps it, as ImagePullBackOff.
   */
  public boolean getsReady() {
    return phase == Phase.PENDING
        && acknowledged != null
        && !deleting
        && java.util.stream.Stream.concat(inits.stream(), containers.stream())
            .allMatch(c ->
                c.state() instanceof Waiting waits
                    && (waits.reason() == null || NO_REASON.contains(waits.reason())));
  }

  /** Whether it waits for so long that it is time to hear what is said of it. */
  public boolean wordsDue(Instant now) {
    return !waitsSince().plus(FIRST_WORDS).isAfter(now);
  }

  /**
   * When next to hear what is said of it: after 10 s, 20 s, 40 s and so on, for what takes long
   * will mostly take longer, and many pools may wait for the same thing.
   */
  public Instant nextWords(Instant now) {
    Instant next = waitsSince().plus(FIRST_WORDS);
    Duration pause = FIRST_WORDS;
    while (!next.isAfter(now)) {
      next = next.plus(pause);
      pause = pause.compareTo(RARE_WORDS) < 0 ? pause.multipliedBy(2) : RARE_WORDS;
    }
    return next;
  }

  public Optional<ContainerSeen> container(String wanted) {
    return java.util.stream.Stream.concat(inits.stream(), containers.stream())
        .filter(c -> c.name().equals(wanted))
        .findFirst();
  }

  /**
   * Requests and limits of one container, by resource.
   *
   * @param slots of a task whose limits are not its share of the node; null of any other
   */
  public record Room(
      Map<String, Quantity> requests, Map<String, Quantity> limits, @Nullable Integer slots) {
    public Room {
      requests = Map.copyOf(requests);
      limits = Map.copyOf(limits);
    }
  }

  /** One container's present state. */
  public record ContainerSeen(String name, boolean ready, State state) {
    public Optional<Terminated> terminated() {
      return state instanceof Terminated end ? Optional.of(end) : Optional.empty();
    }

    public Optional<Waiting> waiting() {
      return state instanceof Waiting waits ? Optional.of(waits) : Optional.empty();
    }
  }

  /** What a container is doing. */
  public sealed interface State permits Waiting, Running, Terminated {}

  /** Not started; the reason is the kubelet's, for example ImagePullBackOff. */
  public record Waiting(@Nullable String reason, @Nullable String message) implements State {}

  public record Running(@Nullable String startedAt) implements State {}

  /** Ended. The message is the container's termination message. */
  public record Terminated(
      int exitCode,
      @Nullable String reason,
      @Nullable String message,
      @Nullable String startedAt,
      @Nullable String finishedAt)
      implements State {}
}
