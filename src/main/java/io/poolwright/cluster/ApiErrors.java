package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/**
 * The one place that says what an answer of the API server means (rule 8 of section 6 of the
 * design).
 */
final class ApiErrors {
  private ApiErrors() {}

  /** Only this means that a thing is not there. */
  static boolean isAbsent(KubernetesClientException e) {
    return e.getCode() == 404 && !isDenied(e);
  }

  static boolean alreadyExists(KubernetesClientException e) {
    return e.getCode() == 409 && "AlreadyExists".equals(reason(e)) && !isDenied(e);
  }

  /**
   * Somebody was there first: read again and decide again. A failed UID precondition in a patch
   * comes as 422 about metadata.uid.
   */
  static boolean isConflict(KubernetesClientException e) {
    boolean late = e.getCode() == 422 && message(e).contains("metadata.uid");
    return (e.getCode() == 409 || late) && !isDenied(e);
  }

  /**
   * The API server, a policy or a webhook of the cluster says no to this very object, or a webhook
   * that has to be asked about it does not answer. The user, or the administrator, has to change
   * something; asked again at once, the answer would be the same.
   */
  static boolean isRefused(KubernetesClientException e) {
    int code = e.getCode();
    boolean ofRequest = code >= 400 && code < 500 && code != 401 && code != 408 && code != 429;
    return isDenied(e) || isStuck(e) || (ofRequest && !isAbsent(e) && !isConflict(e));
  }

  /** Writes; returns what the API server said where it refused. */
  static Optional<String> refusalOf(Runnable write) {
    try {
      write.run();
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (isRefused(e)) {
        return Optional.of(message(e));
      }
      throw e;
    }
  }

  /** With whatever code its author chose, also those that mean something else of the API server. */
  private static boolean isDenied(KubernetesClientException e) {
    String message = message(e);
    return (message.startsWith("admission webhook ") && message.contains(" denied the request"))
        || (message.contains("ValidatingAdmissionPolicy ") && message.contains(" denied request"));
  }

  /**
   * What comes of one request alone, a webhook that is down for one, is told with this reason; what
   * the whole API server suffers from (its store, its own end, too much to do) with another, or
   * none.
   */
  private static boolean isStuck(KubernetesClientException e) {
    return e.getCode() == 500 && "InternalError".equals(reason(e));
  }

  static String message(KubernetesClientException e) {
    Status status = e.getStatus();
    String message = status == null ? null : status.getMessage();
    return message == null ? String.valueOf(e.getMessage()) : message;
  }

  /** For whoever sits before a terminal: with what lies behind it, a refused connection for one. */
  static String told(Throwable e) {
    String message = e instanceof KubernetesClientException k ? message(k) : String.valueOf(e);
    if (e.getCause() == null) {
      return message;
    }
    Throwable cause = e.getCause();
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String deepest = String.valueOf(cause.getMessage());
    return message.contains(deepest)
        ? message
        : message + " " + cause.getClass().getSimpleName() + ": " + deepest;
  }

  private static String reason(KubernetesClientException e) {
    Status status = e.getStatus();
    return status == null || status.getReason() == null ? "" : status.getReason();
  }
}
