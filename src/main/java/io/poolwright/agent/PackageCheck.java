package io.poolwright.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.poolwright.storage.StorageFailure;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one version of a package before anybody may use it: whether the object is there, is the
 * one that is meant, and is an archive that nodes will unpack. Reports its size, digest and content
 * in the termination message.
 */
final class PackageCheck {
  private final Surroundings surroundings;
  private final Storage storage;
  private final Archive.Limits limits;

  PackageCheck(Surroundings surroundings, Storage storage, Archive.Limits limits) {
    this.surroundings = surroundings;
    this.storage = storage;
    this.limits = limits;
  }

  void run() throws AgentFailure, IOException {
    JsonNode request = Requests.read(surroundings, "POOLWRIGHT_PACKAGE");
    PackageObject object = new PackageObject(request);
    Optional<String> image = Requests.text(request, "mounted");
    ObjectNode report =
        image.isPresent() ? ofImage(object, Path.of(image.get())) : ofObject(object);
    TerminationMessage.write(surroundings.terminationLog(), report);
    surroundings.say("package " + object.title() + ": " + report);
  }

  private ObjectNode ofObject(PackageObject object) throws AgentFailure {
    Path archive = surroundings.run().resolve(UUID.randomUUID() + ".archive");
    Path scratch = surroundings.run().resolve(UUID.randomUUID().toString());
    try {
      object.download(archive, surroundings, storage);
      String digest = PackageObject.sha256(archive);
      Optional<String> expected = object.expected("sha256");
      if (expected.isPresent() && !digest.equals(expected.get().toLowerCase(Locale.ROOT))) {
        throw wrong(
            object,
            "The archive has the SHA-256 "
                + digest
                + ", but sha256 says "
                + expected.get()
                + "; upload the right archive or correct sha256.",
            null);
      }
      Archive.Contents contents = Archive.inspect(archive, object.format(), scratch, limits);
      return report(contents).put("sizeBytes", Files.size(archive)).put("digest", digest);
    } catch (StorageFailure failure) {
      throw ofStorage(failure, object.field());
    } catch (Archive.Refused refused) {
      throw wrong(object, refused.sentence(), refused);
    } catch (IOException problem) {
      throw ofStorage(StorageFailure.local(problem, archive), object.field());
    } finally {
      discard(archive);
    }
  }

  /** It is no node's directory that is full here, so its remedies are none. */
  static AgentFailure ofStorage(StorageFailure failure, String field) {
    AgentFailure plain = AgentFailure.incoming(failure, field);
    return failure.kind() == StorageFailure.Kind.DISK_FULL
        ? new AgentFailure(
            plain.category(),
            plain.code(),
            "The pod that checks the package has no room for the archive: free ephemeral storage"
                + " on its machine, or make the package smaller.",
            field,
            failure)
        : plain;
  }

  /** Its volume goes with the pod; this is for one who looks again in the same. */
  private static void discard(Path archive) {
    try {
      Files.deleteIfExists(archive);
    } catch (IOException left) {
      // It has a name of its own and nobody reads it.
    }
  }

  private static AgentFailure wrong(
      PackageObject object, String sentence, Archive.@Nullable Refused cause) {
    return cause == null
        ? new AgentFailure(Packages.ERROR, sentence, object.field())
        : new AgentFailure(
            AgentFailure.Category.UserError, Packages.ERROR, sentence, object.field(), cause);
  }

  /** That it is mounted here says that nodes can mount it; what is in it is only counted. */
  private static ObjectNode ofImage(PackageObject object, Path mounted)
      throws AgentFailure, IOException {
    Count count = new Count();
    Files.walkFileTree(mounted, count);
    if (count.entries == 0) {
      throw new AgentFailure(
          Packages.ERROR,
          "The image has no files, or the container runtime has not mounted it.",
          object.field());
    }
    return report(new Archive.Contents(count.entries, count.bytes));
  }

  private static final class Count extends SimpleFileVisitor<Path> {
    private long entries;
    private long bytes;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      entries++;
      bytes += attributes.isRegularFile() ? attributes.size() : 0;
      return FileVisitResult.CONTINUE;
    }

    /** What only another user may read counts as one. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
      entries++;
      return FileVisitResult.CONTINUE;
    }
  }

  private static ObjectNode report(Archive.Contents contents) {
    return TerminationMessage.object()
        .put("entries", contents.entries())
        .put("unpackedBytes", contents.bytes());
  }
}
