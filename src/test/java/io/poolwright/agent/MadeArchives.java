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
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.io.TempDir;

/** Archives, and how they are refused. */
abstract class MadeArchives {
  static final Archive.Limits LIMITS = new Archive.Limits(100, 1 << 20, 200, 256 << 10);
  @TempDir Path dir;

  interface Content<A> {
    void write(A archive) throws IOException;
  }

  static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** Does not get smaller by being packed. */
  static String noise(int length) {
    byte[] bytes = new byte[length];
    new java.util.Random(3).nextBytes(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  void refused(Path archive, Archive.Format format, String named) throws IOException {
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

  Path zip(Content<ZipArchiveOutputStream> content) throws IOException {
    Path file = dir.resolve("archive");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(Files.newOutputStream(file))) {
      content.write(zip);
    }
    return file;
  }

  static void file(ZipArchiveOutputStream zip, String name, int mode, String content)
      throws IOException {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setUnixMode(mode);
    zip.putArchiveEntry(entry);
    zip.write(content.getBytes(StandardCharsets.UTF_8));
    zip.closeArchiveEntry();
  }

  Path tar(Archive.Format format, Content<TarArchiveOutputStream> content) throws IOException {
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

  static void file(TarArchiveOutputStream tar, String name, int mode, String content)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setMode(mode);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  static void link(TarArchiveOutputStream tar, String name, String target, byte type)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }
}
