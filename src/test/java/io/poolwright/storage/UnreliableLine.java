package io.poolwright.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy in front of a server that cuts connections, is away, or swallows everything, as told.
 */
public final class UnreliableLine implements AutoCloseable {
  private final ServerSocket entrance;
  private final int target;
  private final AtomicInteger cutsLeft = new AtomicInteger();
  private final AtomicLong passed = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile long cutAfter = Long.MAX_VALUE;
  private volatile boolean away;

  public UnreliableLine(int target) throws IOException {
    this.target = target;
    entrance = new ServerSocket();
    entrance.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return entrance.getLocalPort();
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  /** Cuts the next connections, each after so many bytes of answer. */
  public void cut(int times, long afterBytes) {
    cutAfter = afterBytes;
    cutsLeft.set(times);
  }

  public void away(boolean gone) {
    away = gone;
  }

  public int cutsLeft() {
    return cutsLeft.get();
  }

  /** Bytes of answers that went through. */
  public long passed() {
    return passed.get();
  }

  public int connections() {
    return connections.get();
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        Socket from = entrance.accept();
        connections.incrementAndGet();
        if (away) {
          from.close();
          continue;
        }
        Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofVirtual().start(() -> pump(from, to, false));
        Thread.ofVirtual().start(() -> pump(to, from, true));
      } catch (IOException closed) {
        // The loop ends with the socket.
      }
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[8192];
    long sent = 0;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int count;
      while ((count = in.read(buffer)) >= 0) {
        if (away) {
          return;
        }
        out.write(buffer, 0, count);
        sent += count;
        if (answers) {
          passed.addAndGet(count);
          if (sent >= cutAfter && cutsLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return;
          }
        }
      }
    } catch (IOException closed) {
      // Either end may close first.
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
