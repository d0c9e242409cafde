package io.poolwright.it;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** The first write of a kind, which stands still until it is let go; none besides it does. */
final class HeldWrite {
  private final Predicate<StandardHttpRequest> which;
  private final AtomicBoolean found = new AtomicBoolean();
  private final CountDownLatch release = new CountDownLatch(1);

  HeldWrite(Predicate<StandardHttpRequest> which) {
    this.which = which;
  }

  /**
   * @param verb of HTTP
   * @param path how the path ends
   * @param words a part of the body
   */
  static HeldWrite of(String verb, String path, String words) {
    return new HeldWrite(r ->
        r.method().equals(verb)
            && r.uri().getPath().endsWith(path)
            && String.valueOf(r.bodyString()).contains(words));
  }

  boolean isHeld() {
    return found.get();
  }

  void goOn() {
    release.countDown();
  }

  void before(HttpRequest request) {
    if (!which.test((StandardHttpRequest) request) || !found.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!release.await(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("held for too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while held", e);
    }
  }
}
