package io.poolwright.plan.task;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.poolwright.api.ContainerSettings;
import io.poolwright.api.ContainerSettings.PullSecret;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.task.FailureInfo;
import io.poolwright.api.task.Task;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets that the image of a command is pulled with, said where it cannot be pulled. A Secret
 * that does not exist is passed over by the kubelet, whose words then are those of the registry.
 */
final class PullTrouble {
  private static final String OF_THE_COMMAND = "container task: ";

  private PullTrouble() {}

  static Verdict explained(Verdict verdict, Task task, @Nullable Pool pool) {
    String secrets = secrets(task, pool);
    if (secrets.isEmpty()) {
      return verdict;
    }
    return switch (verdict) {
      case Verdict.Held held when isPull(held.message()) ->
          new Verdict.Held(held.message() + secrets, held.until());
      case Verdict.Ended ended -> new Verdict.Ended(explained(ended.outcome(), secrets));
      default -> verdict;
    };
  }

  private static Outcome explained(Outcome outcome, String secrets) {
    FailureInfo failure = outcome.failure();
    return failure == null
            || !failure.code().equals("ContainerInvalidImage")
            || !isPull(failure.message())
        ? outcome
        : new Outcome(
            outcome.kind(),
            outcome.exitCode(),
            outcome.startedAt(),
            outcome.endedAt(),
            failure.with(failure.message() + secrets, failure.details()),
            outcome.warning());
  }

  private static boolean isPull(@Nullable String message) {
    return message != null
        && message.startsWith(OF_THE_COMMAND)
        && Stream.of("ErrImagePull", "ImagePullBackOff", "RegistryUnavailable")
            .anyMatch(r -> message.startsWith(r, OF_THE_COMMAND.length()));
  }

  private static String secrets(Task task, @Nullable Pool pool) {
    ContainerSettings settings = task.getSpec().containerSettings();
    List<PullSecret> own = settings == null ? List.of() : settings.imagePullSecrets();
    List<LocalObjectReference> ofPool =
        pool == null ? List.of() : pool.getSpec().node().templateOrEmpty().imagePullSecrets();
    String names =
        Stream.concat(
                ofPool.stream().map(LocalObjectReference::getName),
                own.stream().map(PullSecret::name))
            .distinct()
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? ""
        : " (imagePullSecrets: "
            + names
            + "; each has to exist in the namespace, be of type kubernetes.io/dockerconfigjson and know the registry)";
  }
}
