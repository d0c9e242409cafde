package io.poolwright.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lists of keys, cut into parts, printed and read again. */
class PackedKeysTest {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private static List<String> keys(int count, int length, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> {
          StringBuilder key = new StringBuilder(length);
          for (int c = 0; c < length; c++) {
            key.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
          }
          return key.toString();
        })
        .sorted()
        .toList();
  }

  private static String printed(PackedKeys packed) {
    StringBuilder log = new StringBuilder("poolwright: list of something else\n");
    packed.print(line -> {
      assertThat(line).hasSizeLessThan(16 << 10);
      log.append(line).append('\n');
    });
    return log.append("poolwright: over\n").toString();
  }

  private static PackedKeys read(PackedKeys wanted, String log) throws IOException {
    return PackedKeys.read(
        new StringReader(log), wanted.count(), wanted.perPart(), wanted.digest());
  }

  private static List<String> unpacked(PackedKeys packed) throws IOException {
    List<String> keys = new ArrayList<>();
    for (int part = 0; part < packed.parts().size(); part++) {
      List<String> some = PackedKeys.unpack(packed.parts().get(part));
      assertThat(some).hasSize(PackedKeys.in(part, packed.count(), packed.perPart()));
      keys.addAll(some);
    }
    return keys;
  }

  @Test
  void aHundredThousandKeysWithoutAnyPatternFitTheirObjectsAndTheLog() throws IOException {
    List<String> keys = keys(100_000, 100, 1);
    PackedKeys packed = PackedKeys.of(keys);
    assertThat(packed.parts())
        .allSatisfy(p ->
            assertThat(Base64.getEncoder().encodeToString(p)).hasSizeLessThan((256 << 10) - 4096));
    assertThat(packed.bytes()).isLessThanOrEqualTo(PackedKeys.LARGEST);
    String log = printed(packed);
    assertThat(log).hasSizeLessThan(10 << 20);
    assertThat(unpacked(read(packed, log))).isEqualTo(keys);
  }

  @Test
  void anyTextIsAKey() throws IOException {
    List<String> keys = List.of("a\nlist 0 x", "a b", "\"", "é", "\uD83D\uDE00", "tab\there");
    PackedKeys packed = PackedKeys.of(keys);
    assertThat(unpacked(read(packed, printed(packed)))).isEqualTo(keys);
    PackedKeys none = PackedKeys.of(List.of());
    assertThat(none.parts()).isEmpty();
    assertThat(read(none, "").count()).isZero();
    List<String> longest = keys(300, 1024, 2);
    assertThat(unpacked(PackedKeys.of(longest))).isEqualTo(longest);
  }

  @Test
  void theSameKeysHaveTheSameDigestAndNoOthersDo() {
    List<String> keys = keys(5000, 20, 3);
    assertThat(PackedKeys.of(keys).digest()).isEqualTo(PackedKeys.of(keys).digest());
    assertThat(PackedKeys.of(keys.subList(1, 5000)).digest())
        .isNotEqualTo(PackedKeys.of(keys).digest());
  }

  @Test
  void aLogThatHasNotAllOfItIsNoList() {
    PackedKeys packed = PackedKeys.of(keys(9000, 60, 4));
    String log = printed(packed);
    List<String> lines = log.lines().toList();
    for (int gone = 1; gone < lines.size() - 1; gone++) {
      List<String> others = new ArrayList<>(lines);
      others.remove(gone);
      assertThatThrownBy(() -> read(packed, String.join("\n", others)))
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> read(packed, "")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(packed, log + log)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> PackedKeys.read(new StringReader(log), 9000, 0, packed.digest()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aPartThatWouldBeTooLongUnpackedIsNone() {
    byte[] bomb = PackedKeys.of(List.of("x".repeat(3 << 20))).parts().getFirst();
    assertThatThrownBy(() -> PackedKeys.unpack(bomb)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> PackedKeys.unpack(new byte[] {1, 2, 3}))
        .isInstanceOf(IOException.class);
  }
}
