package io.poolwright.it;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private final List<HeldWrite> held;
  private final List<Write> writes = new ArrayList<>();
  private boolean dead;
  private volatile @Nullable String forbidden;

  Tap(Fault fault) {
    this(fault, List.of());
  }

  private Tap(Fault fault, List<HeldWrite> held) {
    this.fault = fault;
    this.held = held;
  }

  static Tap holding(HeldWrite... held) {
    return new Tap(Fault.none(), List.of(held));
  }

  static Tap counting() {
    return new Tap(Fault.none());
  }

  /**
   * Whatever is read from now on at a path with this in it is forbidden: it is asked for in the
   * name of somebody else, which the operator may not.
   */
  void forbid(@Nullable String path) {
    forbidden = path;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    String refused = forbidden;
    if (refused != null && request.uri().getPath().contains(refused)) {
      builder.setHeader("Impersonate-User", "somebody");
    }
    int number = number(request);
    if (number > 0) {
      fault.before(this, number, request, builder);
      held.forEach(h -> h.before(request));
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
