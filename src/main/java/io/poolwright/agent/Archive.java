package io.poolwright.agent;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks an archive whose content nobody vouches for: wholly and only below the given directory,
 * or not at all.
 */
final class Archive {

  /** The formats that a package may have. */
  enum Format {
    ZIP("zip"),
    TAR("tar"),
    TAR_GZ("tar.gz"),
    TAR_ZST("tar.zst");

    private final String text;

    Format(String text) {
      this.text = text;
    }

    static Format of(String text) {
      for (Format format : values()) {
        if (format.text.equals(text.toLowerCase(Locale.ROOT))) {
          return format;
        }
      }
      throw new IllegalArgumentException(
          "The format \"" + text + "\" is none of zip, tar, tar.gz, tar.zst.");
    }
  }

  /**
   * How much an archive may unpack to.
   *
   * @param ratio how many times its own size, beyond {@code freeBytes}
   */
  record Limits(long entries, long bytes, long ratio, long freeBytes) {
    static final Limits DEFAULT = new Limits(200_000, 64L << 30, 200, 64L << 20);
  }

  /** What an archive has in it. */
  record Contents(long entries, long bytes) {}

  /** The archive is refused; the message names the entry. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }

    Refused(String message, Throwable cause) {
      super(message, cause);
    }

    String sentence() {
      return String.valueOf(getMessage());
    }
  }

  private Archive() {}

  /**
   * Unpacks into a directory that does not exist yet. If anything is refused, the directory is gone
   * again.
   *
   * @throws IOException if the disk fails
   */
  static Contents extract(Path archive, Format format, Path into, Limits limits)
      throws IOException, Refused {
    boolean whole = false;
    try {
      Contents contents = unpack(archive, format, into, limits, true);
      whole = true;
      return contents;
    } finally {
      if (!whole) {
        Unpacking.remove(into);
      }
    }
  }

  /**
   * Refuses what {@link #extract} would refuse, by the same rules, and keeps nothing: below {@code
   * scratch} the archive's names are laid out for as long as it takes, without what is in its
   * files.
   */
  static Contents inspect(Path archive, Format format, Path scratch, Limits limits)
      throws IOException, Refused {
    try {
      return unpack(archive, format, scratch, limits, false);
    } finally {
      Unpacking.remove(scratch);
    }
  }

  private static Contents unpack(
      Path archive, Format format, Path into, Limits limits, boolean keepsContent)
      throws IOException, Refused {
    Files.createDirectory(into);
    Unpacking unpacking = new Unpacking(into, limits, Files.size(archive), keepsContent);
    try {
      switch (format) {
        case ZIP -> {
          ZipDirectory.check(archive, limits);
          zip(archive, unpacking);
        }
        case TAR, TAR_GZ, TAR_ZST -> tar(archive, format, unpacking);
      }
    } catch (Unpacking.DiskProblem disk) {
      throw disk.problem();
    } catch (IOException | RuntimeException broken) {
      throw new Refused(
          "The archive cannot be read as " + format.text + ": " + broken.getMessage() + ".",
          broken);
    }
    unpacking.finish();
    Contents contents = unpacking.contents();
    if (contents.entries() == 0) {
      throw nothing(archive, format);
    }
    return contents;
  }

  /** The reader of tar files takes whatever is shorter than a record for the end of one. */
  private static Refused nothing(Path archive, Format format) throws IOException {
    byte[] first = Beginning.of(archive);
    byte[] plain;
    try (InputStream file = Files.newInputStream(archive);
        InputStream content = plain(file, format)) {
      plain = content.readNBytes(Beginning.BYTES);
    } catch (IOException | RuntimeException broken) {
      plain = first;
    }
    return new Refused(
        "The archive has nothing in it as "
            + format.text
            + ": "
            + Beginning.says(first, plain, format));
  }

  private static void zip(Path archive, Unpacking unpacking) throws IOException, Refused {
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntries();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        String name = entry.getName();
        int type = entry.getUnixMode() & 0170000;
        if (entry.isDirectory() || type == 0040000) {
          unpacking.directory(name);
        } else if (type == 0120000) {
          unpacking.link(name, end(zip, entry));
        } else if (type != 0 && type != 0100000) {
          throw Unpacking.special(name);
        } else if (!zip.canReadEntryData(entry)) {
          throw new Refused(
              "The archive's entry \""
                  + name
                  + "\" is encrypted or packed in a way that is not supported.");
        } else {
          // An archive made where files have no modes does not say which ones are programs.
          int mode = entry.getUnixMode() == 0 ? 0755 : entry.getUnixMode();
          try (InputStream content = zip.getInputStream(entry)) {
            unpacking.file(name, mode, content);
          }
        }
      }
    }
  }

  /** Where a link leads: no more of it than the first byte that is too many. */
  private static String end(ZipFile zip, ZipArchiveEntry link) throws IOException {
    try (InputStream content = zip.getInputStream(link)) {
      return new String(content.readNBytes(Unpacking.LONGEST_NAME + 1), StandardCharsets.UTF_8);
    }
  }

  private static void tar(Path archive, Format format, Unpacking unpacking)
      throws IOException, Refused {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        Bounded plain = new Bounded(plain(file, format));
        TarArchiveInputStream tar = new TarArchiveInputStream(plain, "UTF-8")) {
      String before = "";
      TarArchiveEntry entry;
      while ((entry = next(tar, plain, before)) != null) {
        String name = entry.getName();
        before = name;
        if (entry.isDirectory()) {
          unpacking.directory(name);
        } else if (entry.isSymbolicLink()) {
          unpacking.link(name, entry.getLinkName());
        } else if (entry.isLink()) {
          unpacking.hardLink(name, entry.getLinkName());
        } else if (entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO()) {
          throw Unpacking.special(name);
        } else {
          unpacking.file(name, entry.getMode(), tar);
        }
      }
    }
  }

  private static @Nullable TarArchiveEntry next(
      TarArchiveInputStream tar, Bounded plain, String before) throws IOException, Refused {
    plain.beforeHeader();
    try {
      return tar.getNextEntry();
    } catch (Bounded.TooLong bomb) {
      throw Unpacking.longHeader(bomb, before);
    } finally {
      plain.afterHeader();
    }
  }

  private static InputStream plain(InputStream file, Format format) throws IOException {
    return switch (format) {
      case TAR_GZ -> new GZIPInputStream(file, 1 << 16);
      case TAR_ZST -> new ZstdInputStream(file);
      case TAR, ZIP -> file;
    };
  }
}
