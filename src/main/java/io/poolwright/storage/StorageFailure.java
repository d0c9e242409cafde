package io.poolwright.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Why something could not be read or stored, in a sentence that a user may see: it never has a
 * credential or a query string in it.
 */
public final class StorageFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is; the direction (in or out) gives the code its name. */
  public enum Kind {
    SECRET_NOT_FOUND,
    SECRET_KEY_MISSING,
    SECRET_INVALID,
    ACCESS_DENIED,
    BUCKET_NOT_FOUND,
    OBJECT_NOT_FOUND,
    TIMED_OUT,
    DISK_FULL,
    LOCAL_FILE,
    INVALID_REQUEST,
    OTHER
  }

  private final Kind kind;

  public StorageFailure(Kind kind, String message) {
    this(kind, message, null);
  }

  public StorageFailure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  public String sentence() {
    String message = getMessage();
    return message == null ? kind.name() : message;
  }

  /** A failure of the local disk; a full disk is told apart because its remedy is another one. */
  public static StorageFailure local(IOException problem, Path file) {
    String reason = reason(problem);
    if (reason.contains("No space left") || reason.contains("quota exceeded")) {
      return new StorageFailure(
          Kind.DISK_FULL,
          "The node's directory is full: "
              + file
              + " could not be written. Free space in it, Reimage the node if old packages fill it, or"
              + " give the pool a larger node.directory.size (docs/nodes.md).",
          problem);
    }
    return new StorageFailure(Kind.LOCAL_FILE, file + ": " + reason, problem);
  }

  private static String reason(IOException problem) {
    if (problem instanceof FileSystemException inFile && inFile.getReason() != null) {
      return inFile.getReason();
    }
    String name = problem.getClass().getSimpleName().replace("Exception", "");
    String message = problem.getMessage();
    if (problem instanceof FileSystemException || message == null) {
      return name;
    }
    return message;
  }
}
