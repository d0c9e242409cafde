package io.poolwright.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.storage.Destination;
import io.poolwright.storage.StorageFailure;
import io.poolwright.storage.StoredObject;
import io.poolwright.storage.WebFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings a task's resource files to where they are to be. */
final class StageIn {
  private static final int WIDTH = 8;

  private final Surroundings surroundings;
  private final Storage storage;
  private final String variable;
  private final Path working;
  // By target, so that of two files for the same place the later one wins, as it would one after
  // the other.
  private final Map<Path, Parallel.Transfer> transfers = new LinkedHashMap<>();

  /** The files of one command go into its working directory. */
  StageIn(Surroundings surroundings, Storage storage) {
    this(surroundings, storage, "POOLWRIGHT_RESOURCE_FILES", surroundings.workingDirectory());
  }

  private StageIn(Surroundings surroundings, Storage storage, String variable, Path directory) {
    this.surroundings = surroundings;
    this.storage = storage;
    this.variable = variable;
    this.working = directory.normalize();
  }

  /** Those that all nodes of a task get go beside its working directory. */
  static StageIn common(Surroundings surroundings, Storage storage) {
    return new StageIn(
        surroundings, storage, "POOLWRIGHT_COMMON_FILES", surroundings.taskDirectory());
  }

  void run() throws AgentFailure {
    for (JsonNode file : Requests.read(surroundings, variable)) {
      String field = Requests.field(file);
      try {
        plan(file, field);
      } catch (StorageFailure failure) {
        throw AgentFailure.incoming(failure, field);
      }
    }
    long bytes = new Parallel(WIDTH).run(new ArrayList<>(transfers.values()));
    surroundings.say(transfers.size() + " resource files, " + bytes + " bytes");
  }

  private void plan(JsonNode file, String field) throws StorageFailure, AgentFailure {
    Set<PosixFilePermission> mode = mode(Requests.text(file, "fileMode").orElse("0770"), field);
    Optional<String> path = Requests.text(file, "filePath");
    Optional<String> prefix = Requests.text(file, "blobPrefix");
    Optional<String> web = Requests.text(file, "httpUrl");
    Optional<String> url = Requests.text(file, "storageUrl");
    Optional<String> bucket = Requests.text(file, "autoStorageContainerName");
    if (web.isPresent()) {
      planWeb(web.get(), path, mode, field);
    } else if (url.isPresent()) {
      S3Address address = S3Address.parse(url.get(), storage);
      String key = address.key();
      if (prefix.isPresent() || key.isEmpty() || key.endsWith("/")) {
        String base = key.isEmpty() || key.endsWith("/") ? key : key + "/";
        planAll(address.bucket(), base, prefix.orElse(""), path, mode, field);
      } else {
        Path target = target(path.orElse(key.substring(key.lastIndexOf('/') + 1)), field);
        transfers.put(
            target, () -> fetch(address.bucket(), key, new Destination(target, mode), field));
      }
    } else if (bucket.isPresent()) {
      planAll(bucket.get(), "", prefix.orElse(""), path, mode, field);
    } else {
      throw new AgentFailure(
          "ResourceFileInvalidSource",
          "A resource file needs exactly one of httpUrl, storageUrl and autoStorageContainerName, not empty.",
          field);
    }
  }

  private void planWeb(
      String url, Optional<String> path, Set<PosixFilePermission> mode, String field)
      throws StorageFailure, AgentFailure {
    if (path.isEmpty()) {
      throw new AgentFailure(
          "ResourceFileInvalidPath",
          "A resource file with httpUrl needs filePath, the name it gets in the working directory.",
          field);
    }
    Path target = target(path.get(), field);
    WebFile source = WebFile.at(url, storage.authority());
    transfers.put(
        target,
        () -> {
          prepare(target, field);
          try {
            return source.download(new Destination(target, mode), surroundings.patience());
          } catch (StorageFailure failure) {
            throw AgentFailure.incoming(failure, field);
          }
        });
  }

  /**
   * What the address names as a directory is left out of the local names; a prefix is part of them,
   * as in Azure.
   */
  private void planAll(
      String bucket,
      String base,
      String prefix,
      Optional<String> path,
      Set<PosixFilePermission> mode,
      String field)
      throws StorageFailure, AgentFailure {
    Path directory = target(path.orElse("."), field);
    int found = 0;
    for (StoredObject object : storage.store().list(bucket, base + prefix)) {
      found++;
      String name = object.key().substring(base.length());
      if (name.isEmpty()) {
        continue;
      }
      Path target = target(directory + "/" + name, field, object.key());
      if (name.endsWith("/")) {
        // Some tools store a directory as an empty object of this name.
        transfers.put(target.resolve("."), () -> directory(target, field));
      } else {
        transfers.put(
            target, () -> fetch(bucket, object.key(), new Destination(target, mode), field));
      }
    }
    if (found == 0) {
      throw new StorageFailure(
          StorageFailure.Kind.OBJECT_NOT_FOUND,
          "No object in s3://"
              + bucket
              + " begins with \""
              + base
              + prefix
              + "\"; check bucket and prefix.");
    }
  }

  private long fetch(String bucket, String key, Destination destination, String field)
      throws AgentFailure {
    prepare(destination.file(), field);
    try {
      return storage.store().download(bucket, key, destination);
    } catch (StorageFailure failure) {
      throw AgentFailure.incoming(failure, field);
    }
  }

  private void prepare(Path target, String field) throws AgentFailure {
    Path parent = target.getParent();
    directory(parent == null ? working : parent, field);
    if (Files.isDirectory(target)) {
      throw new AgentFailure(
          "ResourceFileCreateFailed",
          working.relativize(target) + " is a directory already; give the file another filePath.",
          field);
    }
  }

  private long directory(Path directory, String field) throws AgentFailure {
    try {
      Files.createDirectories(directory);
      return 0;
    } catch (FileAlreadyExistsException file) {
      throw new AgentFailure(
          AgentFailure.Category.UserError,
          "ResourceDirectoryCreateFailed",
          working.relativize(directory)
              + " is needed as a directory, but another resource file has that name.",
          field,
          file);
    } catch (IOException problem) {
      StorageFailure local = StorageFailure.local(problem, directory);
      String code =
          local.kind() == StorageFailure.Kind.DISK_FULL
              ? "DiskFull"
              : "ResourceDirectoryCreateFailed";
      throw new AgentFailure(
          AgentFailure.Category.UserError, code, local.sentence(), field, problem);
    }
  }

  private Path target(String path, String field) throws AgentFailure {
    return target(path, field, path);
  }

  private Path target(String path, String field, String shown) throws AgentFailure {
    try {
      Path target = working.resolve(path).normalize();
      if (target.startsWith(working)) {
        return target;
      }
    } catch (InvalidPathException impossible) {
      throw new AgentFailure(
          AgentFailure.Category.UserError,
          "ResourceFileInvalidPath",
          "\"" + shown + "\" is not possible as a file name on this node.",
          field,
          impossible);
    }
    throw new AgentFailure(
        "ResourceFileInvalidPath",
        "\""
            + shown
            + "\" leads out of the working directory; a resource file's path stays inside it.",
        field);
  }

  private static Set<PosixFilePermission> mode(String text, String field) throws AgentFailure {
    if (!text.matches("0?[0-7]{3}")) {
      throw new AgentFailure(
          "ResourceFileInvalidMode",
          "fileMode \"" + text + "\" is not an octal mode like 0770.",
          field);
    }
    String digits = text.substring(text.length() - 3);
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      int bits = digits.charAt(i) - '0';
      letters
          .append((bits & 4) != 0 ? 'r' : '-')
          .append((bits & 2) != 0 ? 'w' : '-')
          .append((bits & 1) != 0 ? 'x' : '-');
    }
    return PosixFilePermissions.fromString(letters.toString());
  }
}
