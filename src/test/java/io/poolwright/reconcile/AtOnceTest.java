package io.poolwright.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class AtOnceTest {
  private static final List<Integer> THOUSAND = IntStream.range(0, 1000).boxed().toList();

  @Test
  void whatBecameOfEachIsInTheOrderOfTheThings() {
    try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
      assertThat(AtOnce.all(writers, THOUSAND, i -> i * 2))
          .isEqualTo(THOUSAND.stream().map(i -> i * 2).toList());
      assertThat(AtOnce.all(writers, List.of(), i -> i)).isEmpty();
    }
  }

  @Test
  void allAreWrittenAlsoWhereOneFails() {
    Queue<Integer> written = new ConcurrentLinkedQueue<>();
    IllegalArgumentException no = new IllegalArgumentException("no");
    try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
      assertThatThrownBy(() ->
              AtOnce.all(
                  writers,
                  THOUSAND,
                  i -> {
                    if (i == 3) {
                      throw no;
                    }
                    return written.add(i);
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasCause(no);
    }
    assertThat(written).hasSize(999);
  }

  /** A job of which a thousand pods go, and one that has a pod to start. */
  @Test
  void aThousandOfOneDoNotKeepAnotherWaiting() throws Exception {
    Queue<Integer> written = new ConcurrentLinkedQueue<>();
    CountDownLatch go = new CountDownLatch(1);
    ThreadPoolExecutor writer =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    try (ExecutorService callers = Executors.newFixedThreadPool(2);
        writer) {
      Future<List<Boolean>> many =
          callers.submit(() ->
              AtOnce.all(
                  writer,
                  THOUSAND,
                  i -> {
                    await(go);
                    return written.add(i);
                  }));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> writer.getQueue().size() == AtOnce.AHEAD - 1);
      Future<List<Boolean>> one =
          callers.submit(() -> AtOnce.all(writer, List.of(-1), written::add));
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> writer.getQueue().size() == AtOnce.AHEAD);
      go.countDown();
      assertThat(one.get()).hasSize(1);
      assertThat(many.get()).hasSize(1000);
    }
    assertThat(List.copyOf(written).indexOf(-1)).isEqualTo(AtOnce.AHEAD);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
