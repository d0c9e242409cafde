package io.poolwright.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Counts the entries of a zip before a library takes all of them into memory, of which the agent
 * has little: a file of a few megabytes can name a million.
 */
final class ZipDirectory {
  private static final int ENTRY = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int ENTRY_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;

  private ZipDirectory() {}

  /**
   * Entries are counted as they follow each other, whatever number the archive gives. What is no
   * zip passes: who reads it says so better.
   */
  static void check(Path archive, Archive.Limits limits) throws IOException, Archive.Refused {
    try (FileChannel file = FileChannel.open(archive, StandardOpenOption.READ)) {
      long at = start(file);
      ByteBuffer window = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
      for (long entries = 1; at >= 0; entries++) {
        if (window.remaining() < ENTRY_BYTES && !fill(file, at, window)) {
          return;
        }
        int from = window.position();
        if (window.getInt(from) != ENTRY) {
          return;
        }
        int name = Short.toUnsignedInt(window.getShort(from + 28));
        long whole =
            (long) ENTRY_BYTES
                + name
                + Short.toUnsignedInt(window.getShort(from + 30))
                + Short.toUnsignedInt(window.getShort(from + 32));
        if (entries > limits.entries()) {
          ByteBuffer text = read(file, at + ENTRY_BYTES, name);
          throw Unpacking.tooMany(limits, StandardCharsets.UTF_8.decode(text).toString());
        }
        at += whole;
        window.position((int) Math.min(window.limit(), from + whole));
        if (from + whole > window.limit()) {
          window.limit(window.position());
        }
      }
    }
  }

  private static boolean fill(FileChannel file, long at, ByteBuffer window) throws IOException {
    window.clear();
    while (window.hasRemaining() && file.read(window, at + window.position()) >= 0) {}
    window.flip();
    return window.remaining() >= ENTRY_BYTES;
  }

  private static ByteBuffer read(FileChannel file, long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {}
    return bytes.flip();
  }

  /** Where the directory begins, found from the end as every reader does; -1 where it is not. */
  private static long start(FileChannel file) throws IOException {
    long size = file.size();
    int tail = (int) Math.min(size, END_BYTES + 0xFFFFL);
    ByteBuffer end = read(file, size - tail, tail);
    for (int i = end.limit() - END_BYTES; i >= 0; i--) {
      if (end.getInt(i) == END) {
        long here = size - tail + i;
        long large = start64(file, here);
        if (large >= 0) {
          return large;
        }
        long begin = Integer.toUnsignedLong(end.getInt(i + 16));
        // Before the archive itself there may be something else, such as a program that unpacks it.
        return begin + Math.max(0, here - Integer.toUnsignedLong(end.getInt(i + 12)) - begin);
      }
    }
    return -1;
  }

  /** As a larger archive, or one of more entries, says it; -1 where it is none. */
  private static long start64(FileChannel file, long end) throws IOException {
    ByteBuffer locator = read(file, Math.max(0, end - LOCATOR_BYTES), LOCATOR_BYTES);
    if (locator.limit() < LOCATOR_BYTES || locator.getInt(0) != LOCATOR64) {
      return -1;
    }
    long at = locator.getLong(8);
    if (at < 0 || at > end) {
      return -1;
    }
    ByteBuffer record = read(file, at, 56);
    return record.limit() == 56 && record.getInt(0) == END64 ? record.getLong(48) : -1;
  }
}
