package io.poolwright.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest extends MadeArchives {
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
  }

  @ParameterizedTest
  @EnumSource(Archive.Format.class)
  void aFileOfNoBytesIsRefused(Archive.Format format) throws Exception {
    refused(
        Files.write(dir.resolve("none"), new byte[0]),
        format,
        format == Archive.Format.TAR
            ? "it is an empty archive; put the files"
            : "cannot be read as");
  }

  @ParameterizedTest
  @EnumSource(Archive.Format.class)
  void anArchiveWithoutEntriesIsRefused(Archive.Format format) throws Exception {
    Path none = format == Archive.Format.ZIP ? zip(_ -> {}) : tar(format, _ -> {});
    refused(none, format, "has nothing in it as");
    refused(none, format, "it is an empty archive; put the files of the package into it");
  }

  /** The tar reader takes these for the end of an archive. */
  @Test
  void aFileThatIsShorterThanARecordIsNoTar() throws Exception {
    Path none = dir.resolve("none");
    refused(
        Files.writeString(none, "Not Found: blender-4\n"),
        Archive.Format.TAR,
        "it is the text \"Not Found: blender-4\", as a page");
    refused(
        Files.writeString(none, "x".repeat(511)),
        Archive.Format.TAR,
        "it is the text \"" + "x".repeat(60) + "…\"");
    Files.write(none, gzip("<html>404</html>"));
    refused(none, Archive.Format.TAR_GZ, "it is the text \"<html>404</html>\", as a page");
    refused(none, Archive.Format.TAR, "it looks like gzip; give format: TarGz");
    Files.write(none, new byte[] {1, 2, 3});
    refused(none, Archive.Format.TAR, "it does not look like an archive");
  }

  @Test
  void aHardLinkOfTheNameOfADirectoryIsRefused() throws Exception {
    for (String below : new String[] {"", "file"}) {
      Path archive =
          tar(
              Archive.Format.TAR,
              tar -> {
                file(tar, "plain.txt", 0644, "x");
                file(tar, "d/" + below, below.isEmpty() ? 0755 : 0644, "");
                link(tar, "d", "plain.txt", TarConstants.LF_LINK);
              });
      refused(archive, Archive.Format.TAR, "\"d\" is a file and a directory");
    }
  }

  @Test
  void aLinkToNothingMayHaveDotsInItsName() throws Exception {
    Path archive =
        tar(
            Archive.Format.TAR,
            tar -> {
              link(tar, "current", "v9..1", TarConstants.LF_SYMLINK);
              link(tar, "next", "..v10/bin", TarConstants.LF_SYMLINK);
            });
    Path into = dir.resolve("into");
    Archive.extract(archive, Archive.Format.TAR, into, LIMITS);
    assertThat(Files.readSymbolicLink(into.resolve("current"))).hasToString("v9..1");
    assertThat(Files.readSymbolicLink(into.resolve("next"))).hasToString("..v10/bin");
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
}
