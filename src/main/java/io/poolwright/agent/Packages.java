package io.poolwright.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.storage.StorageFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Unpacks application packages on a node. A package is never half visible: it appears under its
 * name only when it is whole. Several may ask for the same one at the same moment: the first
 * unpacks it, the others wait until it has, or has died.
 */
final class Packages {
  static final String ERROR = "ApplicationPackageError";

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
      PackageObject object = new PackageObject(request);
      Path directory = Path.of(Requests.text(request, "directory").orElse(""));
      Path parent = directory.getParent();
      if (parent == null || !directory.isAbsolute()) {
        throw failure(object, "it has no directory");
      }
      try {
        provide(object, directory, parent);
      } catch (StorageFailure problem) {
        throw ofStorage(object, problem);
      } catch (Archive.Refused refused) {
        throw new AgentFailure(
            AgentFailure.Category.UserError,
            ERROR,
            sentence(object, refused.sentence()),
            object.field(),
            refused);
      } catch (IOException problem) {
        throw ofStorage(object, StorageFailure.local(problem, directory));
      }
    }
  }

  private void provide(PackageObject object, Path directory, Path parent)
      throws StorageFailure, Archive.Refused, IOException, AgentFailure {
    if (Files.isDirectory(directory)) {
      surroundings.say("package " + object.title() + " is there already");
      return;
    }
    Files.createDirectories(parent);
    String mark = ".poolwright-" + directory.getFileName() + "-";
    Path lock = parent.resolve(".lock-" + directory.getFileName());
    // The kernel takes a lock away from whoever dies with it.
    try (FileChannel file =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = file.lock()) {
      if (Files.isDirectory(directory)) {
        surroundings.say("package " + object.title() + " was unpacked by another");
        return;
      }
      sweep(parent, mark);
      unpack(object, directory, parent.resolve(mark + UUID.randomUUID()));
    }
  }

  private void unpack(PackageObject object, Path directory, Path aside)
      throws StorageFailure, Archive.Refused, IOException, AgentFailure {
    Path archive = aside.resolveSibling(aside.getFileName() + ".archive");
    try {
      object.download(archive, surroundings, storage);
      verify(object, archive);
      Archive.extract(archive, object.format(), aside, limits);
      Files.move(aside, directory, StandardCopyOption.ATOMIC_MOVE);
      surroundings.say("package " + object.title() + " unpacked to " + directory);
    } finally {
      Files.deleteIfExists(archive);
      Unpacking.remove(aside);
    }
  }

  /** What was looked at is what is used, and nothing that took its place since. */
  private static void verify(PackageObject object, Path archive) throws IOException, AgentFailure {
    Optional<String> expected = object.expected("digest");
    if (expected.isEmpty()) {
      return;
    }
    String actual = PackageObject.sha256(archive);
    if (!actual.equals(expected.get().toLowerCase(Locale.ROOT))) {
      throw failure(
          object,
          "the object has changed since it was checked: its SHA-256 is "
              + actual
              + ", it was "
              + expected.get()
              + ". Give what is new a version of its own, or let it be checked anew (docs/packages.md)");
    }
  }

  /** What a full disk or a missing Secret is called says more than that it was a package's. */
  private static AgentFailure ofStorage(PackageObject object, StorageFailure problem) {
    AgentFailure plain = AgentFailure.incoming(problem, object.field());
    String code =
        switch (problem.kind()) {
          case DISK_FULL, SECRET_NOT_FOUND, SECRET_KEY_MISSING, SECRET_INVALID -> plain.code();
          default -> ERROR;
        };
    return new AgentFailure(
        plain.category(), code, sentence(object, problem.sentence()), object.field(), problem);
  }

  private static AgentFailure failure(PackageObject object, String what) {
    return new AgentFailure(ERROR, sentence(object, what), object.field());
  }

  private static String sentence(PackageObject object, String what) {
    return "Package " + object.title() + ": " + what;
  }

  /** Removes what an interrupted run left beside the package. */
  private static void sweep(Path parent, String mark) throws IOException {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(
            parent, entry -> String.valueOf(entry.getFileName()).startsWith(mark))) {
      for (Path entry : left) {
        Unpacking.remove(entry);
      }
    }
  }
}
