package io.poolwright.it;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What happens to one write of an operator. */
final class Fault {
  /** The kinds of it. */
  enum Kind {
    NONE,
    /** The process ends before the request is sent. */
    KILLED_BEFORE,
    /** The process ends after the API server did what was asked. */
    KILLED_AFTER,
    /**
     * The process stands still before this and every later write, while another one works; then it
     * goes on with what it had decided.
     */
    HELD,
    /** Another one works beside it all the time, and this one write comes when all is over. */
    DELAYED,
    /** It was done, and the answer is cut off: the operator learns nothing. */
    ANSWER_LOST,
    /**
     * It was done, and the connection breaks before an answer: the client sends the same request
     * once more by itself.
     */
    SENT_TWICE
  }

  private static final String MARK = "X-Write-Of-Interest";
  private static final URI NOBODY = URI.create("http://127.0.0.1:1/");

  private final Kind kind;
  private final int at;
  private final @Nullable HttpClient other;
  private final AtomicBoolean fired = new AtomicBoolean();
  private final AtomicInteger held = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);

  /**
   * @param at the write that it happens to, counted from 1
   * @param other sends what the operator is to believe was not sent
   */
  Fault(Kind kind, int at, @Nullable HttpClient other) {
    this.kind = kind;
    this.at = at;
    this.other = other;
  }

  static Fault none() {
    return new Fault(Kind.NONE, 0, null);
  }

  /** One of the same kind, at another write. */
  Fault at(int write) {
    return new Fault(kind, write, other);
  }

  Kind kind() {
    return kind;
  }

  /** Which write it happens to, counted from 1. */
  int at() {
    return at;
  }

  /** Writes that stand still. */
  int held() {
    return held.get();
  }

  boolean hasFired() {
    return fired.get();
  }

  private boolean isDeadly() {
    return kind == Kind.KILLED_BEFORE || kind == Kind.KILLED_AFTER;
  }

  void goOn() {
    release.countDown();
  }

  void before(Tap tap, int number, HttpRequest request, BasicBuilder builder) {
    if ((kind == Kind.HELD && number >= at) || (kind == Kind.DELAYED && number == at)) {
      fired.set(true);
      hold();
      return;
    }
    if (number != at) {
      return;
    }
    switch (kind) {
      case NONE, HELD, DELAYED -> {}
      case KILLED_BEFORE -> {
        tap.kill();
        fired.set(true);
      }
      case KILLED_AFTER, ANSWER_LOST -> builder.setHeader(MARK, "1");
      case SENT_TWICE -> {
        send((StandardHttpRequest) request);
        builder.uri(NOBODY);
        fired.set(true);
      }
    }
  }

  private void hold() {
    held.incrementAndGet();
    try {
      if (!release.await(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("held for too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while held", e);
    } finally {
      held.decrementAndGet();
    }
  }

  private void send(StandardHttpRequest request) {
    HttpClient sender = java.util.Objects.requireNonNull(other);
    sender
        .sendAsync(
            sender
                .newHttpRequestBuilder()
                .uri(request.uri())
                .method(request.method(), request.getContentType(), request.bodyString())
                .build(),
            String.class)
        .join();
  }

  AsyncBody.Consumer<List<ByteBuffer>> consumer(
      Tap tap, AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    if (request.header(MARK) == null) {
      return consumer;
    }
    return new AsyncBody.Consumer<>() {
      @Override
      public void consume(List<ByteBuffer> value, AsyncBody body) throws Exception {
        // The first bytes of the answer: what was asked is done.
        if (isDeadly()) {
          tap.kill();
        }
        fired.set(true);
        // No IOException, after which the same request would be sent once more.
        throw new KubernetesClientException("connection reset while the answer was read");
      }

      @Override
      public <U> @Nullable U unwrap(Class<U> target) {
        return null;
      }
    };
  }
}
