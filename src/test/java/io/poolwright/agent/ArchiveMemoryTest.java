package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An archive of some kilobytes must not fill the agent's memory before it is refused. */
class ArchiveMemoryTest extends MadeArchives {
  private static final int BOMB = 96 << 20;
  private static final long LITTLE = 32L << 20;

  @Test
  void aLinkOfManyBytesInAZipIsRefused() throws Exception {
    Path archive =
        zip(zip -> {
          ZipArchiveEntry link = new ZipArchiveEntry("a-link");
          link.setUnixMode(0120777);
          zip.putArchiveEntry(link);
          zeros(zip);
          zip.closeArchiveEntry();
        });
    refusedInLittleMemory(
        archive,
        Archive.Format.ZIP,
        "The archive's link \"a-link\" leads to a name that is too long for a file.");
  }

  @ParameterizedTest
  @CsvSource({"L, ././@LongLink", "K, ././@LongLink", "x, PaxHeaders/f", "g, pax_global"})
  void aHeaderOfManyBytesInATarIsRefused(char type, String name) throws Exception {
    Path archive = dir.resolve("archive");
    TarArchiveEntry header = new TarArchiveEntry(name, (byte) type, true);
    header.setSize(BOMB);
    byte[] record = new byte[512];
    header.writeEntryHeader(record);
    byte[] attribute = (BOMB + " comment=").getBytes(StandardCharsets.US_ASCII);
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(archive))) {
      TarArchiveOutputStream tar = new TarArchiveOutputStream(packed, "UTF-8");
      file(tar, "good", 0644, "x");
      tar.flush();
      packed.write(record);
      packed.write(attribute);
      zeros(packed, BOMB - attribute.length);
      file(tar, "f", 0644, "x");
      tar.finish();
    }
    refusedInLittleMemory(
        archive,
        Archive.Format.TAR_GZ,
        "The archive's entry \""
            + name
            + "\" (the one after \"good\") has a name or attributes of more than 1048576 bytes");
  }

  @Test
  void aLongNameIsReadWhole() throws Exception {
    String name = "directory/".repeat(100) + "file";
    Path archive = dir.resolve("archive");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(archive), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      file(tar, name, 0644, "x");
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      link(tar, "link", name, TarConstants.LF_SYMLINK);
    }
    Path into = dir.resolve("into");
    Archive.extract(archive, Archive.Format.TAR, into, LIMITS);
    assertThat(into.resolve("link")).isSymbolicLink().hasContent("x");
  }

  private void refusedInLittleMemory(Path archive, Archive.Format format, String sentence)
      throws IOException {
    assertThat(archive).satisfies(file -> assertThat(Files.size(file)).isLessThan(1 << 20));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    refused(archive, format, sentence);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(LITTLE);
  }

  private static void zeros(OutputStream out) throws IOException {
    zeros(out, BOMB);
  }

  private static void zeros(OutputStream out, int count) throws IOException {
    byte[] some = new byte[1 << 16];
    for (int left = count; left > 0; left -= some.length) {
      out.write(some, 0, Math.min(left, some.length));
    }
  }
}
