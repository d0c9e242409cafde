package io.poolwright.cluster;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * The one place that says what an answer of the API server means (rule 8 of section 6 of the
 * design).
 */
final class ApiErrors {
  private ApiErrors() {}

  /** Only this means that a thing is not there. */
  static boolean isAbsent(KubernetesClientException e) {
    return e.getCode() == 404;
  }

  static boolean alreadyExists(KubernetesClientException e) {
    return e.getCode() == 409 && "AlreadyExists".equals(reason(e));
  }

  /**
   * Somebody was there first: read again and decide again. A failed UID precondition in a patch
   * comes as 422 about metadata.uid.
   */
  static boolean isConflict(KubernetesClientException e) {
    return e.getCode() == 409 || (e.getCode() == 422 && message(e).contains("metadata.uid"));
  }

  /**
   * What was asked is not allowed here: the user, or the administrator, has to change something.
   */
  static boolean isRefused(KubernetesClientException e) {
    return e.getCode() == 403 || e.getCode() == 422 || e.getCode() == 400;
  }

  /**
   * A policy or a webhook of the cluster says no, with whatever code its author chose; asking again
   * would get the same answer.
   */
  static boolean isForbidden(KubernetesClientException e) {
    int code = e.getCode();
    boolean ofRequest = code >= 400 && code < 500;
    return ofRequest && !isAbsent(e) && !isConflict(e) && code != 408 && code != 429;
  }

  static String message(KubernetesClientException e) {
    Status status = e.getStatus();
    String message = status == null ? null : status.getMessage();
    return message == null ? String.valueOf(e.getMessage()) : message;
  }

  private static String reason(KubernetesClientException e) {
    Status status = e.getStatus();
    return status == null || status.getReason() == null ? "" : status.getReason();
  }
}
