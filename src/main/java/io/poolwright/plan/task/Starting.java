package io.poolwright.plan.task;

import io.poolwright.plan.task.Verdict.Ended;
import io.poolwright.plan.task.Verdict.Held;
import io.poolwright.plan.task.Verdict.Quiet;
import io.poolwright.plan.task.Verdict.TooLate;
import io.poolwright.plan.task.Verdict.UnderWay;
import io.poolwright.snapshot.PodSeen;
import io.poolwright.snapshot.PodSeen.Terminated;
import io.poolwright.snapshot.PodSeen.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a task pod that was let go says of its attempt before the command has ended. */
public final class Starting {
  /** Reasons for which a container waits that no time changes. */
  private static final Set<String> NEVER_STARTS = Set.of("InvalidImageName", "ErrImageNeverPull");

  /** Those that somebody should know of, though it may get on. */
  private static final Set<String> HELD =
      Set.of(
          "ImagePullBackOff",
          "ErrImagePull",
          "ImageInspectError",
          "SignatureValidationFailed",
          "RegistryUnavailable",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");

  private Starting() {}

  /** Whether it says why it does not get on, and not only that its turn has not come. */
  public static boolean isHeld(Waiting waiting) {
    String reason = or(waiting.reason(), "");
    return HELD.contains(reason) || NEVER_STARTS.contains(reason);
  }

  static Verdict of(PodSeen pod, Duration startTimeout, Instant now) {
    if (pod.deleting() && pod.machine() == null) {
      String why = pod.unschedulable() == null ? "" : ": " + pod.unschedulable();
      return new Ended(
          Outcome.disrupted("The pod was deleted before it found room on its node" + why));
    }
    Instant deadline = startsSince(pod).plus(startTimeout);
    boolean late = deadline.isBefore(now);
    // Whatever else does not start: it is not over while the command can still do things.
    boolean runs =
        pod.container("task").map(c -> c.state() instanceof PodSeen.Running).orElse(false);
    Optional<PodSeen.ContainerSeen> held =
        Stream.concat(pod.inits().stream(), pod.containers().stream())
            .filter(c -> c.waiting().map(Starting::isHeld).orElse(false))
            .findFirst();
    if (held.isPresent()) {
      Waiting waiting = held.get().waiting().orElseThrow();
      String reason = or(waiting.reason(), "");
      String message =
          "container " + held.get().name() + ": " + reason + ": " + or(waiting.message(), "");
      if (!runs && (late || NEVER_STARTS.contains(reason))) {
        String code =
            reason.contains("Image") ? "ContainerInvalidImage" : "ContainerInvalidSettings";
        return new Ended(Outcome.before(null, "UserError", code, message, List.of()));
      }
      return new Held(message, deadline);
    }
    if (pod.unschedulable() != null) {
      return late
          ? new TooLate("The pod found no room on its node: " + pod.unschedulable())
          : new Held(pod.unschedulable(), deadline);
    }
    return ofSilence(pod, late, deadline);
  }

  /**
   * Neither scheduler nor kubelet says why the command does not run: a large image that is being
   * pulled looks like a volume that cannot be mounted. It is said, and waited for.
   */
  private static Verdict ofSilence(PodSeen pod, boolean late, Instant deadline) {
    boolean silent =
        pod.phase() == PodSeen.Phase.PENDING
            && Stream.concat(pod.inits().stream(), pod.container("task").stream())
                .noneMatch(c -> c.state() instanceof PodSeen.Running);
    if (!silent) {
      return new UnderWay();
    }
    return late
        ? new Held(
            "The task's container has not started since "
                + startsSince(pod)
                + "; `kubectl describe pod "
                + pod.name()
                + "` shows what it waits for",
            null)
        : new Quiet(deadline);
  }

  /**
   * What is staged before may take its time, and so may a room or a volume for the first container:
   * what comes after has the whole of the start timeout.
   */
  private static Instant startsSince(PodSeen pod) {
    Stream<@Nullable String> staged =
        pod.inits().stream().flatMap(c -> c.terminated().stream()).map(Terminated::finishedAt);
    Stream<@Nullable String> beside =
        pod.containers().stream()
            .filter(c -> !c.name().equals("task"))
            .map(c ->
                switch (c.state()) {
                  case PodSeen.Running runs -> runs.startedAt();
                  case Terminated t -> t.startedAt();
                  case Waiting _ -> null;
                });
    return Stream.concat(staged, beside)
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .reduce(pod.created(), (a, b) -> a.isAfter(b) ? a : b);
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
