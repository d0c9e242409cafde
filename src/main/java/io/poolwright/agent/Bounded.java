package io.poolwright.agent;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a tar reader may read on its way to the next entry. It takes names and attributes into
 * memory whatever size an archive gives them, and the agent has little.
 */
final class Bounded extends FilterInputStream {

  /** The way to the next entry is longer than any that an honest archive has. */
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;

    private TooLong(String header) {
      super(header);
    }

    /** The name that the archive gives to what was being read. */
    String header() {
      return String.valueOf(getMessage());
    }
  }

  static final int MOST = 1 << 20;
  private static final int RECORD = 512;
  private static final int NAME_BYTES = 100;

  private final byte[] name = new byte[NAME_BYTES];
  private int named;
  private int padding;
  private long at;
  private long left = Long.MAX_VALUE;

  Bounded(InputStream content) {
    super(content);
  }

  /** From here on only {@link #MOST} bytes are given. */
  void beforeHeader() {
    left = MOST;
    named = 0;
    padding = (int) Math.floorMod(-at, (long) RECORD);
  }

  /** What follows is a file's content, which is counted elsewhere. */
  void afterHeader() {
    left = Long.MAX_VALUE;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    if (left <= 0 && count > 0) {
      throw new TooLong(header());
    }
    int read = super.read(into, offset, (int) Math.min(count, left));
    if (read > 0) {
      keepName(into, offset, read);
      at += read;
      left -= read;
    }
    return read;
  }

  /** A header begins with its name, and with the first whole record. */
  private void keepName(byte[] from, int offset, int count) {
    int passed = Math.min(count, padding);
    padding -= passed;
    int kept = Math.min(count - passed, NAME_BYTES - named);
    System.arraycopy(from, offset + passed, name, named, kept);
    named += kept;
  }

  @Override
  public long skip(long count) throws IOException {
    if (left <= 0 && count > 0) {
      throw new TooLong(header());
    }
    long skipped = super.skip(Math.min(count, left));
    padding -= (int) Math.min(padding, skipped);
    at += skipped;
    left -= skipped;
    return skipped;
  }

  private String header() {
    int end = 0;
    while (end < named && name[end] != 0) {
      end++;
    }
    return new String(name, 0, end, StandardCharsets.UTF_8);
  }
}
