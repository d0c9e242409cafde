package io.poolwright.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings one object into one file: under a temporary name, going on where it was cut, and renamed
 * only when it is whole.
 */
final class Download {

  /** Where the bytes come from. An I/O error means: try again. */
  @FunctionalInterface
  interface Source {
    /**
     * Opens the object at an offset, provided that it still has the ETag; otherwise from its
     * beginning.
     */
    Reply open(long offset, @Nullable String etag) throws IOException, StorageFailure;
  }

  /**
   * An open answer. The length is that of the whole object, or -1; the digest is what the whole
   * content should have.
   */
  record Reply(
      InputStream body, long offset, long length, @Nullable String etag, @Nullable String md5)
      implements Closeable {
    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /** One for each thread: one for each of a thousand small files keeps the collector busy. */
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[64 * 1024]);

  private final Source source;
  private final Destination destination;
  private final MessageDigest digest = md5();
  private final byte[] buffer = BUFFER.get();
  private long received;
  private long furthest;
  private @Nullable String etag;
  private @Nullable String refused;

  private Download(Source source, Destination destination) {
    this.source = source;
    this.destination = destination;
  }

  static long fetch(Source source, Destination destination, Patience patience, String what)
      throws StorageFailure {
    return new Download(source, destination).run(patience, what);
  }

  private long run(Patience patience, String what) throws StorageFailure {
    Path file = destination.file();
    Path part = file.resolveSibling(".poolwright-" + UUID.randomUUID());
    try {
      try (FileChannel out = create(part)) {
        patience.insist(
            what,
            progress -> {
              receive(out, progress);
              return received;
            });
      }
      Files.setPosixFilePermissions(part, destination.permissions());
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      return received;
    } catch (IOException problem) {
      throw StorageFailure.local(problem, file);
    } finally {
      discard(part);
    }
  }

  private static FileChannel create(Path part) throws StorageFailure {
    try {
      return FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException problem) {
      throw StorageFailure.local(problem, part);
    }
  }

  private void receive(FileChannel out, Runnable progress) throws IOException, StorageFailure {
    try (Reply reply = source.open(received, etag)) {
      if (reply.offset() != received || received == 0) {
        restart(out);
      }
      etag = reply.etag();
      InputStream body = reply.body();
      int count;
      while ((count = body.read(buffer)) >= 0) {
        write(out, count);
        digest.update(buffer, 0, count);
        received += count;
        // What was received before is none, or a transfer that is always cut would never end.
        if (received > furthest) {
          furthest = received;
          progress.run();
        }
      }
      if (reply.length() >= 0 && received != reply.length()) {
        throw new IOException(
            "the connection ended after " + received + " of " + reply.length() + " bytes");
      }
      check(out, reply.md5());
    } catch (IOException cut) {
      if (etag == null) {
        restart(out);
      }
      throw cut;
    }
  }

  /**
   * Some servers give an ETag that looks like a digest and is none: two equal transfers are
   * believed against it.
   */
  private void check(FileChannel out, @Nullable String expected)
      throws IOException, StorageFailure {
    String actual = HexFormat.of().formatHex(digest.digest());
    if (expected == null || expected.equals(actual) || actual.equals(refused)) {
      return;
    }
    refused = actual;
    restart(out);
    throw new IOException("what arrived does not have the digest that the store gave");
  }

  private void restart(FileChannel out) throws StorageFailure {
    try {
      out.truncate(0);
      out.position(0);
    } catch (IOException problem) {
      throw StorageFailure.local(problem, destination.file());
    }
    digest.reset();
    received = 0;
  }

  private void write(FileChannel out, int count) throws StorageFailure {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException problem) {
      throw StorageFailure.local(problem, destination.file());
    }
  }

  private static void discard(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException left) {
      // It has a name of its own and nobody reads it.
    }
  }

  /** The MD5 inside an ETag, or null where the ETag is something else. */
  static @Nullable String md5In(@Nullable String etag, @Nullable String encryption) {
    if (etag == null || (encryption != null && !encryption.equals("AES256"))) {
      return null;
    }
    String bare = etag.replace("\"", "").toLowerCase(Locale.ROOT);
    return bare.matches("[0-9a-f]{32}") ? bare : null;
  }

  // An ETag is an MD5; nothing here relies on it for security.
  static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
