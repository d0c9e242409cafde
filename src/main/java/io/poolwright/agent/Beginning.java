package io.poolwright.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a file looks like by its first bytes, in which nobody found an archive. */
final class Beginning {
  /** Enough for what is said of it, and less than an entry of a tar file. */
  static final int BYTES = 256;

  private static final int SHOWN = 60;

  private Beginning() {}

  static byte[] of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(BYTES);
    }
  }

  /**
   * @param plain what is in it, where it is packed as the format says
   */
  static String says(byte[] file, byte[] plain, Archive.Format format) {
    if (format == Archive.Format.TAR && begins(file, 0x1f, 0x8b)) {
      return "it looks like gzip; give format: TarGz.";
    }
    if (format == Archive.Format.TAR && begins(file, 0x28, 0xb5, 0x2f, 0xfd)) {
      return "it looks like Zstandard; give format: TarZst.";
    }
    if (format == Archive.Format.TAR && begins(file, 'P', 'K')) {
      return "it looks like a zip archive; give format: Zip.";
    }
    if (format == Archive.Format.ZIP || isZero(plain)) {
      return "it is an empty archive; put the files of the package into it and upload it again.";
    }
    String text = new String(plain, StandardCharsets.UTF_8);
    return text.chars().allMatch(Beginning::isText)
        ? "it is the text \""
            + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…").strip()
            + "\", as a page that says what went wrong where an archive was to be; upload the archive itself."
        : "it does not look like an archive; upload one, or give the format that it has.";
  }

  private static boolean begins(byte[] file, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (i >= file.length || (file[i] & 0xff) != with[i]) {
        return false;
      }
    }
    return true;
  }

  /** A tar file without entries, or nothing at all. */
  private static boolean isZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isText(int c) {
    return c != 0xfffd && (!Character.isISOControl(c) || Character.isWhitespace(c));
  }
}
