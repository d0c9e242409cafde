package io.poolwright.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.storage.Destination;
import io.poolwright.storage.StorageFailure;
import io.poolwright.storage.WebFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Unpacks application packages on a node. A package is never half visible: it appears under its
 * name only when it is whole.
 */
final class Packages {
  private static final String INVALID = "ApplicationPackageError";

  private final Surroundings surroundings;
  private final Storage storage;
  private final Archive.Limits limits;

  Packages(Surroundings surroundings, Storage storage, Archive.Limits limits) {
    this.surroundings = surroundings;
    this.storage = storage;
    this.limits = limits;
  }

  void run() throws AgentFailure {
    for (JsonNode request : Requests.read(surroundings, "POOLWRIGHT_PACKAGES")) {
      String field = Requests.field(request);
      String title =
          Requests.text(request, "id").orElse("?")
              + " "
              + Requests.text(request, "version").orElse("?");
      Path directory = Path.of(Requests.text(request, "directory").orElse(""));
      Path parent = directory.getParent();
      if (parent == null || !directory.isAbsolute()) {
        throw new AgentFailure(INVALID, "The package " + title + " has no directory.", field);
      }
      try {
        provide(request, title, directory, parent, field);
      } catch (StorageFailure problem) {
        throw AgentFailure.incoming(problem, field);
      } catch (Archive.Refused refused) {
        throw new AgentFailure(
            AgentFailure.Category.UserError,
            INVALID,
            "Package " + title + ": " + refused.sentence(),
            field,
            refused);
      } catch (IOException problem) {
        StorageFailure local = StorageFailure.local(problem, directory);
        String code = local.kind() == StorageFailure.Kind.DISK_FULL ? "DiskFull" : INVALID;
        throw new AgentFailure(
            AgentFailure.Category.UserError,
            code,
            "Package " + title + ": " + local.sentence(),
            field,
            problem);
      }
    }
  }

  private void provide(JsonNode request, String title, Path directory, Path parent, String field)
      throws StorageFailure, Archive.Refused, IOException, AgentFailure {
    Files.createDirectories(parent);
    String mark = ".poolwright-" + directory.getFileName() + "-";
    sweep(parent, mark);
    if (Files.isDirectory(directory)) {
      surroundings.say("package " + title + " is there already");
      return;
    }
    Path archive = parent.resolve(mark + UUID.randomUUID() + ".archive");
    Path unpacked = parent.resolve(mark + UUID.randomUUID() + ".unpacked");
    try {
      download(request, archive);
      verify(request, title, archive, field);
      Archive.extract(archive, format(request, field), unpacked, limits);
      Files.move(unpacked, directory, StandardCopyOption.ATOMIC_MOVE);
      surroundings.say("package " + title + " unpacked to " + directory);
    } finally {
      sweep(parent, mark);
    }
  }

  private void download(JsonNode request, Path archive) throws StorageFailure {
    Destination destination =
        new Destination(archive, PosixFilePermissions.fromString("rw-------"));
    Optional<String> web = Requests.text(request, "httpUrl");
    if (web.isPresent()) {
      WebFile.at(web.get(), storage.authority()).download(destination, surroundings.patience());
    } else {
      S3Address address = S3Address.parse(Requests.text(request, "storageUrl").orElse(""), storage);
      storage.store().download(address.bucket(), address.key(), destination);
    }
  }

  private static void verify(JsonNode request, String title, Path archive, String field)
      throws IOException, AgentFailure {
    Optional<String> expected = Requests.text(request, "sha256");
    if (expected.isEmpty()) {
      return;
    }
    String actual = sha256(archive);
    if (!actual.equals(expected.get().toLowerCase(Locale.ROOT))) {
      throw new AgentFailure(
          INVALID,
          "Package "
              + title
              + " has the SHA-256 "
              + actual
              + ", but "
              + expected.get()
              + " is expected; upload the right archive or correct sha256.",
          field);
    }
  }

  private static Archive.Format format(JsonNode request, String field) throws AgentFailure {
    try {
      return Archive.Format.of(Requests.text(request, "format").orElse("zip"));
    } catch (IllegalArgumentException unknown) {
      throw new AgentFailure(INVALID, String.valueOf(unknown.getMessage()), field);
    }
  }

  /** Removes what this or an interrupted earlier run left beside the package. */
  private static void sweep(Path parent, String mark) throws IOException {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(
            parent, entry -> String.valueOf(entry.getFileName()).startsWith(mark))) {
      for (Path entry : left) {
        Unpacking.remove(entry);
      }
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      int count;
      while ((count = in.read(buffer)) >= 0) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
