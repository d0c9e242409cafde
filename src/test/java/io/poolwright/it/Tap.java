package io.poolwright.it;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Sees every request of one operator, counts its writes, and makes one of them go wrong. */
final class Tap implements Interceptor {
  /** One write: the verb, and the path below the API group. */
  record Write(String verb, String path) {
    @Override
    public String toString() {
      return verb + " " + path.replaceFirst("^/apis?/(.*/)?namespaces/[^/]+/", "");
    }

    /** For example {@code tasks/status}. */
    String resource() {
      String[] parts = toString().substring(verb.length() + 1).split("/", -1);
      return parts.length < 3 ? parts[0] : parts[0] + "/" + parts[2];
    }
  }

  private final Fault fault;
  private final List<Write> writes = new ArrayList<>();
  private boolean dead;

  Tap(Fault fault) {
    this.fault = fault;
  }

  static Tap counting() {
    return new Tap(Fault.none());
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    int number = number(request);
    if (number > 0) {
      fault.before(this, number, request, builder);
      // Also what was held, and what another thread was about to send.
      refuseIfDead();
    }
  }

  /** Which write this is, counted from 1; 0 for a read. */
  private synchronized int number(HttpRequest request) {
    refuseIfDead();
    if (request.method() == null || request.method().equals("GET")) {
      return 0;
    }
    writes.add(new Write(request.method(), request.uri().getPath()));
    return writes.size();
  }

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    return fault.consumer(this, consumer, request);
  }

  /** From now on nothing of this operator gets through: as if its process had ended. */
  synchronized void kill() {
    dead = true;
  }

  synchronized boolean isDead() {
    return dead;
  }

  private synchronized void refuseIfDead() {
    if (dead) {
      throw new IllegalStateException("this operator was killed");
    }
  }

  synchronized List<Write> writes() {
    return List.copyOf(writes);
  }
}
