package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
  private static final Archive.Limits LIMITS = new Archive.Limits(100, 1 << 20, 200, 256 << 10);
  @TempDir Path dir;

  private interface Content<A> {
    void write(A archive) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Archive.Format.class)
  void everyFormatUnpacksFilesDirectoriesLinksAndModes(Archive.Format format) throws Exception {
    Path archive =
        format == Archive.Format.ZIP
            ? zip(zip -> {
              file(zip, "bin/run", 0100755, "run");
              file(zip, "plain.txt", 0100600, "plain");
              file(zip, "empty/", 040755, "");
              file(zip, "link", 0120777, "bin/run");
            })
            : tar(
                format,
                tar -> {
                  file(tar, "./bin/run", 0755, "run");
                  file(tar, "plain.txt", 0600, "plain");
                  file(tar, "empty/", 0755, "");
                  link(tar, "link", "bin/run", TarConstants.LF_SYMLINK);
                  link(tar, "hard", "plain.txt", TarConstants.LF_LINK);
                });
    Path into = dir.resolve("into");
    Archive.extract(archive, format, into, LIMITS);
    assertThat(into.resolve("bin/run")).hasContent("run").isExecutable();
    assertThat(into.resolve("plain.txt")).hasContent("plain");
    assertThat(Files.getPosixFilePermissions(into.resolve("plain.txt")))
        .contains(PosixFilePermission.GROUP_READ)
        .doesNotContain(PosixFilePermission.OWNER_EXECUTE);
    assertThat(into.resolve("empty")).isEmptyDirectory();
    assertThat(into.resolve("link")).isSymbolicLink().hasContent("run");
    assertThat(Files.exists(into.resolve("hard"))).isEqualTo(format != Archive.Format.ZIP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a/../../evil", "/evil", "a/b/../c", "./../evil"})
  void aPathThatLeavesIsRefusedByNameAndNothingStays(String name) throws Exception {
    refused(zip(zip -> file(zip, name, 0100644, "x")), Archive.Format.ZIP, name);
    refused(
        tar(
            Archive.Format.TAR,
            tar -> {
              file(tar, "good", 0644, "x");
              file(tar, name, 0644, "x");
            }),
        Archive.Format.TAR,
        name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc", "..", "../x", "a/../../x", "."})
  void aLinkThatLeavesIsRefused(String target) throws Exception {
    String name = target.equals(".") ? "../up" : "a-link";
    refused(zip(zip -> file(zip, name, 0120777, target)), Archive.Format.ZIP, name);
    refused(
        tar(Archive.Format.TAR, tar -> link(tar, name, target, TarConstants.LF_SYMLINK)),
        Archive.Format.TAR,
        name);
  }

  @Test
  void aFileIsNeverWrittenThroughALink() throws Exception {
    Path archive =
        tar(
            Archive.Format.TAR,
            tar -> {
              file(tar, "real/", 0755, "");
              link(tar, "alias", "real", TarConstants.LF_SYMLINK);
              file(tar, "alias/file", 0644, "x");
            });
    refused(archive, Archive.Format.TAR, "alias");
  }

  @Test
  void linksThatLeaveOnlyTogetherAreRefused() throws Exception {
    // Each looks harmless as text; followed by the kernel, "deep/up/.." is the parent of the whole.
    Path archive =
        tar(
            Archive.Format.TAR,
            tar -> {
              link(tar, "here", ".", TarConstants.LF_SYMLINK);
              link(tar, "out", "here/..", TarConstants.LF_SYMLINK);
            });
    refused(archive, Archive.Format.TAR, "out");
  }

  @Test
  void aCircleOfLinksIsRefused() throws Exception {
    Path archive =
        tar(
            Archive.Format.TAR,
            tar -> {
              link(tar, "a", "b", TarConstants.LF_SYMLINK);
              link(tar, "b", "a", TarConstants.LF_SYMLINK);
            });
    refused(archive, Archive.Format.TAR, "a");
  }

  @Test
  void aHardLinkToSomethingOutsideIsRefused() throws Exception {
    Files.writeString(dir.resolve("outside"), "secret");
    refused(
        tar(Archive.Format.TAR, tar -> link(tar, "hard", "../outside", TarConstants.LF_LINK)),
        Archive.Format.TAR,
        "outside");
    refused(
        tar(Archive.Format.TAR, tar -> link(tar, "hard", "/etc/passwd", TarConstants.LF_LINK)),
        Archive.Format.TAR,
        "/etc/passwd");
    refused(
        tar(Archive.Format.TAR, tar -> link(tar, "hard", "missing", TarConstants.LF_LINK)),
        Archive.Format.TAR,
        "missing");
  }

  @ParameterizedTest
  @ValueSource(bytes = {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO})
  void specialFilesAreRefused(byte type) throws Exception {
    refused(tar(Archive.Format.TAR, tar -> link(tar, "dev", "", type)), Archive.Format.TAR, "dev");
    refused(zip(zip -> file(zip, "dev", 0020666, "")), Archive.Format.ZIP, "dev");
  }

  @ParameterizedTest
  @ValueSource(ints = {04755, 02755, 06755})
  void aProgramThatWouldRunAsAnotherUserIsRefused(int mode) throws Exception {
    refused(
        tar(Archive.Format.TAR, tar -> file(tar, "bin/su", mode, "x")),
        Archive.Format.TAR,
        "bin/su");
    refused(zip(zip -> file(zip, "bin/su", 0100000 | mode, "x")), Archive.Format.ZIP, "bin/su");
  }

  @Test
  void aDirectoryWithAGroupOfItsOwnIsADirectory() throws Exception {
    Path into = dir.resolve("into");
    Archive.extract(
        tar(Archive.Format.TAR, tar -> file(tar, "bin/", 02775, "")),
        Archive.Format.TAR,
        into,
        LIMITS);
    assertThat(into.resolve("bin")).isEmptyDirectory();
  }

  @Test
  void anArchiveThatIsMostlyNothingIsRefused() throws Exception {
    Path bomb =
        tar(
            Archive.Format.TAR_GZ,
            tar -> {
              file(tar, "small", 0644, "x");
              file(tar, "bomb", 0644, "0".repeat(900_000));
            });
    refused(bomb, Archive.Format.TAR_GZ, "\"bomb\"), as archives do that are made to fill a disk");
    Path harmless = zip(zip -> file(zip, "zeros", 0100644, "0".repeat(200_000)));
    Archive.extract(harmless, Archive.Format.ZIP, dir.resolve("into"), LIMITS);
    assertThat(dir.resolve("into/zeros")).hasSize(200_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 5000})
  void aNameThatNoFileCanHaveIsRefused(int length) throws Exception {
    String name = length > 4096 ? "d/".repeat(length / 2) + "f" : "n".repeat(length);
    refused(zip(zip -> file(zip, name, 0100644, "x")), Archive.Format.ZIP, "too long");
  }

  @Test
  void entriesAreCountedBeforeTheyAreRead() throws Exception {
    Path many =
        zip(zip -> {
          for (int i = 0; i < 1000; i++) {
            file(zip, "f" + i + "-" + "x".repeat(i % 200), 0100644, "");
          }
        });
    assertThatThrownBy(() -> ZipDirectory.check(many, LIMITS))
        .isInstanceOf(Archive.Refused.class)
        .hasMessageContaining("more than 100 entries (at \"f100-");
    refused(many, Archive.Format.ZIP, "f100-");
    ZipDirectory.check(many, new Archive.Limits(1000, 1, 1, 1));
    byte[] bytes = Files.readAllBytes(many);
    Files.writeString(many, "#!/bin/sh\nunpacks itself\n".repeat(9));
    Files.write(many, bytes, java.nio.file.StandardOpenOption.APPEND);
    assertThatThrownBy(() -> ZipDirectory.check(many, LIMITS))
        .as("with something before the archive")
        .isInstanceOf(Archive.Refused.class)
        .hasMessageContaining("f100-");
  }

  @ParameterizedTest
  @EnumSource(Archive.Format.class)
  void lookingKeepsNothingAndCountsAll(Archive.Format format) throws Exception {
    Path archive =
        format == Archive.Format.ZIP
            ? zip(zip -> {
              file(zip, "a/run", 0100755, "run");
              file(zip, "link", 0120777, "a/run");
            })
            : tar(
                format,
                tar -> {
                  file(tar, "a/run", 0755, "run");
                  link(tar, "link", "a/run", TarConstants.LF_SYMLINK);
                });
    assertThat(Archive.inspect(archive, format, dir.resolve("scratch"), LIMITS))
        .isEqualTo(new Archive.Contents(2, 3));
    assertThat(dir.resolve("scratch")).doesNotExist();
  }

  @Test
  void tooManyEntriesAndTooManyBytesAreRefused() throws Exception {
    Path many =
        tar(
            Archive.Format.TAR_GZ,
            tar -> {
              for (int i = 0; i < 101; i++) {
                file(tar, "f" + i, 0644, "");
              }
            });
    refused(many, Archive.Format.TAR_GZ, "f100");
    Path bomb = zip(zip -> file(zip, "bomb", 0100644, noise((1 << 20) + 1)));
    refused(bomb, Archive.Format.ZIP, "bomb");
    refused(
        tar(Archive.Format.TAR_ZST, tar -> file(tar, "bomb", 0644, noise((1 << 20) + 1))),
        Archive.Format.TAR_ZST,
        "bomb");
  }

  @ParameterizedTest
  @EnumSource(Archive.Format.class)
  void whatIsNoArchiveIsRefused(Archive.Format format) throws Exception {
    Path none =
        Files.writeString(
            dir.resolve("none"), "this is just text, and not very long either".repeat(40));
    refused(none, format, "cannot be read as");
    refused(Files.write(dir.resolve("none"), new byte[0]), format, "cannot be read as");
  }

  @Test
  void aCutArchiveIsRefused() throws Exception {
    Path whole = tar(Archive.Format.TAR_GZ, tar -> file(tar, "f", 0644, "content".repeat(5000)));
    byte[] bytes = Files.readAllBytes(whole);
    refused(
        Files.write(whole, java.util.Arrays.copyOf(bytes, bytes.length / 2)),
        Archive.Format.TAR_GZ,
        "cannot be read as");
  }

  @Test
  void aNameThatIsFileAndDirectoryIsRefused() throws Exception {
    Path archive =
        tar(
            Archive.Format.TAR,
            tar -> {
              file(tar, "x", 0644, "file");
              file(tar, "x/y", 0644, "below");
            });
    refused(archive, Archive.Format.TAR, "x/y");
  }

  @Test
  void anArchiveWithoutModesUnpacksToProgramsThatCanRun() throws Exception {
    Path into = dir.resolve("into");
    Path archive = dir.resolve("java.zip");
    try (var out = new java.util.zip.ZipOutputStream(Files.newOutputStream(archive))) {
      out.putNextEntry(new java.util.zip.ZipEntry("run"));
      out.write(1);
    }
    Archive.extract(archive, Archive.Format.ZIP, into, LIMITS);
    assertThat(into.resolve("run")).isExecutable();
  }

  /** Does not get smaller by being packed. */
  private static String noise(int length) {
    byte[] bytes = new byte[length];
    new java.util.Random(3).nextBytes(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private void refused(Path archive, Archive.Format format, String named) throws IOException {
    Path into = dir.resolve("into");
    assertThatThrownBy(() -> Archive.extract(archive, format, into, LIMITS))
        .isInstanceOf(Archive.Refused.class)
        .hasMessageContaining(named);
    assertThat(into).doesNotExist();
    assertThatThrownBy(() -> Archive.inspect(archive, format, into, LIMITS))
        .as("who only looks says the same")
        .isInstanceOf(Archive.Refused.class)
        .hasMessageContaining(named);
    assertThat(into).doesNotExist();
    assertThat(dir.resolve("evil")).doesNotExist();
  }

  private Path zip(Content<ZipArchiveOutputStream> content) throws IOException {
    Path file = dir.resolve("archive");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(Files.newOutputStream(file))) {
      content.write(zip);
    }
    return file;
  }

  private static void file(ZipArchiveOutputStream zip, String name, int mode, String content)
      throws IOException {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setUnixMode(mode);
    zip.putArchiveEntry(entry);
    zip.write(content.getBytes(StandardCharsets.UTF_8));
    zip.closeArchiveEntry();
  }

  private Path tar(Archive.Format format, Content<TarArchiveOutputStream> content)
      throws IOException {
    Path file = dir.resolve("archive");
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(plain, "UTF-8")) {
      content.write(tar);
    }
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out =
            switch (format) {
              case TAR_GZ -> new GZIPOutputStream(raw);
              case TAR_ZST -> new ZstdOutputStream(raw);
              case TAR, ZIP -> raw;
            }) {
      plain.writeTo(out);
    }
    return file;
  }

  private static void file(TarArchiveOutputStream tar, String name, int mode, String content)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setMode(mode);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static void link(TarArchiveOutputStream tar, String name, String target, byte type)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }
}
