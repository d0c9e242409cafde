package io.poolwright.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Does several transfers at once; the first failure stops the rest. */
final class Parallel {
  /** A transfer; its result is the number of bytes. */
  interface Transfer {
    long run() throws AgentFailure;
  }

  private final int width;

  Parallel(int width) {
    this.width = width;
  }

  long run(List<Transfer> transfers) throws AgentFailure {
    if (transfers.size() == 1) {
      return transfers.getFirst().run();
    }
    if (transfers.isEmpty()) {
      return 0;
    }
    ExecutorService threads = Executors.newFixedThreadPool(Math.min(width, transfers.size()));
    try {
      ExecutorCompletionService<Long> running = new ExecutorCompletionService<>(threads);
      List<Future<Long>> all = new ArrayList<>();
      for (Transfer transfer : transfers) {
        all.add(running.submit(transfer::run));
      }
      long bytes = 0;
      for (int done = 0; done < all.size(); done++) {
        bytes += running.take().get();
      }
      return bytes;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof AgentFailure failure) {
        throw failure;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    } finally {
      threads.shutdownNow();
      awaitEnd(threads);
    }
  }

  // What was interrupted still removes its temporary file.
  private static void awaitEnd(ExecutorService threads) {
    try {
      if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
        System.err.println("poolwright: a transfer did not end in time");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
