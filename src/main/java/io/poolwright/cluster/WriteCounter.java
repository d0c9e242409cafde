package io.poolwright.cluster;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.poolwright.metrics.OperatorMetrics;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the writes that go to the API server, by verb and resource. */
public final class WriteCounter implements Interceptor {
  private static final Pattern RESOURCE =
      Pattern.compile(
          "^/apis?/(?:[^/]+/)?v[^/]+/(?:namespaces/[^/]+/)?([a-z]+)(?:/[^/]+(/[a-z]+)?)?$");

  private final OperatorMetrics metrics;

  public WriteCounter(OperatorMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    String method = request.method();
    if (method != null && !method.equals("GET")) {
      metrics.apiWrite(method.toLowerCase(Locale.ROOT), resource(request.uri().getPath()));
    }
  }

  static String resource(String path) {
    Matcher parts = RESOURCE.matcher(path);
    if (!parts.matches()) {
      return "other";
    }
    return parts.group(2) == null ? parts.group(1) : parts.group(1) + parts.group(2);
  }
}
