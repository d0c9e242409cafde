package io.poolwright.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes and patches pods, and has the API server answer with their metadata alone: the typed client
 * asks for the whole, which both sides would write and read for each of a task's writes.
 */
final class PodWrites {
  private static final String METADATA =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

  /** How often what will pass is sent again, and after how many milliseconds at first. */
  private static final int AGAIN = 4;

  private static final long FIRST_PAUSE = 100;

  /**
   * Milliseconds that the API server has left after a webhook's time is over, ten seconds unless
   * its author says otherwise, to say so.
   */
  private static final int ADMISSION = 2_000;

  private final KubernetesClient client;
  private final HttpClient http;
  private final KubernetesSerialization json;

  PodWrites(KubernetesClient client) {
    this.client = client;
    // The client's own retries know nothing of what the API server said.
    this.http =
        client
            .getHttpClient()
            .newBuilder()
            .tag(new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build())
            .build();
    this.json = client.getKubernetesSerialization();
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Answer(ObjectMeta metadata) {}

  /**
   * @return the pod as it was sent, with the metadata that the API server gave it
   * @throws KubernetesClientException as the typed client does
   */
  Pod create(Pod pod) {
    String path = "/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods";
    String answer = send("POST", path, "application/json", json.asJson(pod));
    return new PodBuilder(pod)
        .withMetadata(json.unmarshal(answer, Answer.class).metadata())
        .build();
  }

  /**
   * @param body a strategic merge patch
   * @throws KubernetesClientException as the typed client does
   */
  void patch(String namespace, String pod, String body) {
    send(
        "PATCH",
        "/api/v1/namespaces/" + namespace + "/pods/" + pod,
        "application/strategic-merge-patch+json",
        body);
  }

  private String send(String method, String path, String type, String body) {
    String base = client.getMasterUrl().toString().replaceAll("/+$", "");
    String request = method + " " + path;
    HttpResponse<byte[]> answer =
        await(
            send(
                http.newHttpRequestBuilder()
                    .uri(base + path)
                    .header("Accept", METADATA)
                    .method(method, type, body)
                    .build(),
                request,
                0),
            request);
    if (!answer.isSuccessful()) {
      throw failure(answer, request);
    }
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private CompletableFuture<HttpResponse<byte[]>> send(
      HttpRequest request, String name, int tries) {
    return http.sendAsync(request, byte[].class)
        .handle(Came::new)
        .thenCompose(came ->
            tries < AGAIN && passes(came, name)
                ? CompletableFuture.supplyAsync(() -> request, after(tries))
                    .thenCompose(r -> send(r, name, tries + 1))
                : came.end());
  }

  /** One of the two. */
  private record Came(@Nullable HttpResponse<byte[]> answer, @Nullable Throwable failed) {
    CompletableFuture<HttpResponse<byte[]>> end() {
      return failed == null
          ? CompletableFuture.completedFuture(answer)
          : CompletableFuture.failedFuture(failed);
    }
  }

  private static Executor after(int tries) {
    return CompletableFuture.delayedExecutor(FIRST_PAUSE << tries, TimeUnit.MILLISECONDS);
  }

  /** A refusal the user is to hear at once: what is sent again holds up what else is written. */
  private boolean passes(Came came, String request) {
    HttpResponse<byte[]> answer = came.answer();
    Throwable failed = came.failed();
    if (answer == null) {
      return failed instanceof IOException
          || (failed instanceof CompletionException && failed.getCause() instanceof IOException);
    }
    boolean busy = answer.code() == 429 || answer.code() >= 500;
    return busy && !ApiErrors.isRefused(failure(answer, request));
  }

  private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> sent, String request) {
    int configured = client.getConfiguration().getRequestTimeout();
    int timeout = configured > 0 ? configured + ADMISSION : configured;
    try {
      return timeout > 0 ? sent.get(timeout, TimeUnit.MILLISECONDS) : sent.get();
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw KubernetesClientException.launderThrowable(e);
    } catch (ExecutionException e) {
      throw new KubernetesClientException(request + ": " + ApiErrors.told(e), e);
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw new KubernetesClientException(
          request + ": no answer within " + timeout + " ms; it may have been done all the same", e);
    }
  }

  /** Whatever stands between may answer with something that is no Status. */
  private KubernetesClientException failure(HttpResponse<byte[]> answer, String request) {
    int code = answer.code();
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    try {
      Status status = json.unmarshal(text, Status.class);
      if (status != null && "Failure".equals(status.getStatus())) {
        return new KubernetesClientException(status.getMessage(), code, status);
      }
    } catch (RuntimeException e) {
      // It is told as it is.
    }
    return new KubernetesClientException(request + ": HTTP " + code + ": " + text, code, null);
  }
}
