package io.poolwright.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ApiErrorsTest {

  @Test
  void aConnectionThatFailsIsToldWithItsCause() {
    Exception refused = new ConnectException("Connection refused");
    assertThat(
            ApiErrors.told(
                new KubernetesClientException(
                    "Operation: [get] failed.", new IOException("unreachable", refused))))
        .isEqualTo("Operation: [get] failed. ConnectException: Connection refused");
    assertThat(ApiErrors.told(new KubernetesClientException("said: no", new IOException("no"))))
        .isEqualTo("said: no");
  }

  private static KubernetesClientException answer(
      int code, @Nullable String reason, String message) {
    return new KubernetesClientException(
        message,
        code,
        new StatusBuilder()
            .withCode(code)
            .withReason(reason)
            .withMessage(message)
            .withStatus("Failure")
            .build());
  }

  @Test
  void whatAWebhookDeniesIsRefusedWithWhateverCode() {
    for (int code : new int[] {400, 401, 403, 404, 409, 413, 418, 422, 429, 500, 503}) {
      KubernetesClientException denied =
          answer(code, null, "admission webhook \"w.example.org\" denied the request: no");
      assertThat(ApiErrors.isRefused(denied)).as("%d", code).isTrue();
      assertThat(ApiErrors.isConflict(denied)).as("%d", code).isFalse();
      assertThat(ApiErrors.isAbsent(denied)).as("%d", code).isFalse();
    }
    assertThat(
            ApiErrors.isRefused(
                answer(
                    401,
                    "Unauthorized",
                    "pods \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no")))
        .isTrue();
  }

  @Test
  void aWebhookThatDoesNotAnswerRefusesAndAnApiServerInTroubleDoesNot() {
    String down = "Internal error occurred: failed calling webhook \"w.example.org\": refused";
    assertThat(ApiErrors.isRefused(answer(500, "InternalError", down))).isTrue();
    assertThat(ApiErrors.isRefused(answer(500, null, "etcdserver: request timed out"))).isFalse();
    assertThat(ApiErrors.isRefused(answer(503, "ServiceUnavailable", "shutting down"))).isFalse();
    assertThat(ApiErrors.isRefused(answer(504, "Timeout", "not in time"))).isFalse();
    assertThat(ApiErrors.isRefused(answer(429, "TooManyRequests", "later"))).isFalse();
    assertThat(ApiErrors.isRefused(answer(401, "Unauthorized", "who are you"))).isFalse();
    assertThat(ApiErrors.isRefused(new KubernetesClientException("Connection refused"))).isFalse();
  }

  @Test
  void whatSomebodyElseDidIsNoRefusal() {
    assertThat(ApiErrors.isRefused(answer(404, "NotFound", "no such pod"))).isFalse();
    assertThat(ApiErrors.isRefused(answer(409, "Conflict", "was modified"))).isFalse();
    assertThat(ApiErrors.isRefused(answer(409, "AlreadyExists", "exists"))).isFalse();
    assertThat(ApiErrors.isRefused(answer(422, "Invalid", "metadata.uid: Invalid value")))
        .isFalse();
  }
}
