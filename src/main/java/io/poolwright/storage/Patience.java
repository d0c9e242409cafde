package io.poolwright.storage;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Tries again after an I/O error, with growing and jittered pauses, until nothing has moved for the
 * given time and so many tries at least were made (or the given number of tries is used up). What
 * is not an I/O error is final at once.
 */
public final class Patience {
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Duration limit;
  private final int leastTries;
  private final int tries;
  private final Pause pause;
  private final LongSupplier nanoTime;
  private final Consumer<String> say;

  public Patience(
      Duration limit, int tries, Pause pause, LongSupplier nanoTime, Consumer<String> say) {
    this(limit, 1, tries, pause, nanoTime, say);
  }

  private Patience(
      Duration limit,
      int leastTries,
      int tries,
      Pause pause,
      LongSupplier nanoTime,
      Consumer<String> say) {
    this.limit = limit;
    this.leastTries = leastTries;
    this.tries = tries;
    this.pause = pause;
    this.nanoTime = nanoTime;
    this.say = say;
  }

  public Patience atMost(Duration other) {
    return other.compareTo(limit) < 0 ? new Patience(other, tries, pause, nanoTime, say) : this;
  }

  public Patience withTries(int other) {
    return new Patience(limit, other, pause, nanoTime, say);
  }

  /** For what takes long and shows no progress: the time that one try takes ends nothing. */
  Patience withLeastTries(int least) {
    return new Patience(limit, least, tries, pause, nanoTime, say);
  }

  /** One try. It reports progress, which makes patience start anew. */
  @FunctionalInterface
  interface Attempt<T> {
    T run(Runnable progress) throws IOException, StorageFailure;
  }

  <T> T insist(String what, Attempt<T> attempt) throws StorageFailure {
    Trying trying = new Trying();
    while (true) {
      try {
        return attempt.run(trying::progress);
      } catch (IOException problem) {
        trying.failed(what, problem);
      }
    }
  }

  private final class Trying {
    private boolean failing;
    private long failingSince;
    private int failures;

    void progress() {
      failing = false;
      failures = 0;
    }

    void failed(String what, IOException problem) throws StorageFailure {
      if (Thread.currentThread().isInterrupted()) {
        throw new StorageFailure(
            StorageFailure.Kind.OTHER,
            what + " was given up because something else failed before.",
            problem);
      }
      if (untrusted(problem)) {
        throw new StorageFailure(
            StorageFailure.Kind.OTHER,
            what
                + " failed: the certificate of the server is not trusted. Put the authority's certificate (PEM) into the key ca.crt of the Secret poolwright-storage.",
            problem);
      }
      long now = nanoTime.getAsLong();
      if (!failing) {
        failing = true;
        failingSince = now;
      }
      failures++;
      Duration waited = Duration.ofNanos(now - failingSince);
      if (failures >= tries || (failures >= leastTries && waited.compareTo(limit) >= 0)) {
        boolean late = tries == Integer.MAX_VALUE || problem instanceof SocketTimeoutException;
        throw new StorageFailure(
            late ? StorageFailure.Kind.TIMED_OUT : StorageFailure.Kind.OTHER,
            what
                + " failed "
                + failures
                + " times within "
                + waited.toSeconds()
                + " s, last with: "
                + describe(problem)
                + ".",
            problem);
      }
      Duration next = next(failures, limit.minus(waited));
      say.accept(what + ": " + describe(problem) + "; trying again in " + next.toMillis() + " ms");
      pause.last(next);
    }
  }

  private static Duration next(int failures, Duration left) {
    long grown = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(failures - 1, 10));
    long jittered = grown / 2 + ThreadLocalRandom.current().nextLong(grown / 2 + 1);
    return left.isPositive()
        ? Duration.ofMillis(Math.min(jittered, left.toMillis() + 1))
        : Duration.ofMillis(jittered);
  }

  private static boolean untrusted(IOException problem) {
    if (problem instanceof SSLPeerUnverifiedException) {
      return true;
    }
    String message = String.valueOf(problem.getMessage());
    return problem instanceof SSLHandshakeException
        && (message.contains("PKIX") || message.contains("certificate"));
  }

  static String describe(IOException problem) {
    if (problem instanceof SocketTimeoutException) {
      return "no answer in time";
    }
    if (problem instanceof UnknownHostException) {
      return "the host name " + problem.getMessage() + " is unknown";
    }
    String message = problem.getMessage();
    return message == null ? problem.getClass().getSimpleName() : message;
  }
}
