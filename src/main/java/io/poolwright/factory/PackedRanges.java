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
  private static final String RANKED = "r:";
  private static final int SHORT = 4096;

  private PackedRanges() {}

  /** Null for none. */
  public static @Nullable String write(Ranges ranges) {
    return ranges.isEmpty()
        ? null
        : isShort(ranges) ? ranges.toString() : PACKED + packed(bits(ranges));
  }

  /**
   * Where all are among others that whoever reads knows, a bit for each of those is enough, and
   * most of them are alike. Null for none.
   */
  public static @Nullable String write(Ranges ranges, Ranges among) {
    if (ranges.isEmpty() || isShort(ranges)) {
      return write(ranges);
    }
    BitSet bits = bits(ranges);
    BitSet ranked = new BitSet();
    among.each(
        new Ranges.Each() {
          private int rank;

          @Override
          public void range(long first, long last) {
            for (int i = (int) first; i <= last; i++, rank++) {
              ranked.set(rank, bits.get(i));
            }
          }
        });
    return RANKED + packed(ranked);
  }

  private static boolean isShort(Ranges ranges) {
    // Two digits, a dash or a comma: shorter than that none is.
    return ranges.ranges() * 2 <= SHORT && ranges.toString().length() <= SHORT;
  }

  private static BitSet bits(Ranges ranges) {
    BitSet bits = new BitSet();
    ranges.each((first, last) -> bits.set((int) first, (int) last + 1));
    return bits;
  }

  private static String packed(BitSet bits) {
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
        ? Ranges.of(unpacked(Base64.getDecoder().decode(text.substring(PACKED.length()))))
        : Ranges.parse(text);
  }

  /**
   * @param text null for none
   * @param among those that it was written with
   * @throws IllegalArgumentException for what {@link #write} does not write
   */
  public static Ranges read(@Nullable String text, Ranges among) {
    if (text == null || !text.startsWith(RANKED)) {
      return read(text);
    }
    BitSet ranked = unpacked(Base64.getDecoder().decode(text.substring(RANKED.length())));
    BitSet bits = new BitSet();
    among.each(
        new Ranges.Each() {
          private int rank;

          @Override
          public void range(long first, long last) {
            for (int i = (int) first; i <= last; i++, rank++) {
              bits.set(i, ranked.get(rank));
            }
          }
        });
    return Ranges.of(bits);
  }

  private static BitSet unpacked(byte[] data) {
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
      return BitSet.valueOf(out.toByteArray());
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("no packed ranges", e);
    } finally {
      inflater.end();
    }
  }
}
