package io.poolwright.factory;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.BitSet;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Ranges as text that stays short however they lie: as a person writes them where that is short,
 * otherwise {@code z:} and, in base 64, a compressed bit for each index: 100 000 tasks, however
 * many of them and wherever they lie, are at most 17 KB.
 */
public final class PackedRanges {
  private static final String PACKED = "z:";
  private static final int SHORT = 4096;

  private PackedRanges() {}

  /** Null for none. */
  public static @Nullable String write(Ranges ranges) {
    if (ranges.isEmpty()) {
      return null;
    }
    // Two digits, a dash or a comma: shorter than that none is.
    String text = ranges.ranges() * 2 > SHORT ? null : ranges.toString();
    return text != null && text.length() <= SHORT ? text : PACKED + packed(ranges);
  }

  private static String packed(Ranges ranges) {
    BitSet bits = new BitSet();
    ranges.each((first, last) -> bits.set((int) first, (int) last + 1));
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try {
      deflater.setInput(bits.toByteArray());
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] part = new byte[8192];
      while (!deflater.finished()) {
        out.write(part, 0, deflater.deflate(part));
      }
      return Base64.getEncoder().encodeToString(out.toByteArray());
    } finally {
      deflater.end();
    }
  }

  /**
   * @param text null for none
   * @throws IllegalArgumentException for what {@link #write} does not write
   */
  public static Ranges read(@Nullable String text) {
    if (text == null) {
      return Ranges.NONE;
    }
    return text.startsWith(PACKED)
        ? unpacked(Base64.getDecoder().decode(text.substring(PACKED.length())))
        : Ranges.parse(text);
  }

  private static Ranges unpacked(byte[] data) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(data);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] part = new byte[8192];
      while (!inflater.finished()) {
        int length = inflater.inflate(part);
        if (length == 0) {
          throw new IllegalArgumentException("packed ranges end too early");
        }
        out.write(part, 0, length);
      }
      return Ranges.of(BitSet.valueOf(out.toByteArray()));
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("no packed ranges", e);
    } finally {
      inflater.end();
    }
  }
}
