package io.poolwright.agent;

import io.poolwright.storage.StorageFailure;

/**
 * A failure as the termination message tells it: whose it is, a stable code, a sentence with the
 * remedy, and the field that it is about.
 */
final class AgentFailure extends Exception {
  private static final long serialVersionUID = 1L;

  enum Category {
    UserError,
    ServerError
  }

  private final Category category;
  private final String code;
  private final String field;

  AgentFailure(Category category, String code, String message, String field, Throwable cause) {
    super(message, cause);
    this.category = category;
    this.code = code;
    this.field = field;
  }

  AgentFailure(String code, String message, String field) {
    super(message);
    this.category = Category.UserError;
    this.code = code;
    this.field = field;
  }

  Category category() {
    return category;
  }

  String code() {
    return code;
  }

  String field() {
    return field;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }

  /** Something could not be fetched for a task or a node. */
  static AgentFailure incoming(StorageFailure failure, String field) {
    return of(
        failure,
        field,
        switch (failure.kind()) {
          case ACCESS_DENIED -> "BlobAccessDenied";
          case BUCKET_NOT_FOUND -> "BucketNotFound";
          case OBJECT_NOT_FOUND -> "BlobNotFound";
          case TIMED_OUT -> "BlobDownloadTimedOut";
          case LOCAL_FILE -> "ResourceFileWriteFailed";
          case INVALID_REQUEST -> "ResourceFileInvalidSource";
          case SECRET_NOT_FOUND, SECRET_KEY_MISSING, SECRET_INVALID, DISK_FULL ->
              shared(failure.kind());
          case OTHER -> "BlobDownloadMiscError";
        });
  }

  /** Something could not be stored. */
  static AgentFailure outgoing(StorageFailure failure, String field) {
    return of(
        failure,
        field,
        switch (failure.kind()) {
          case ACCESS_DENIED -> "FileUploadAccessDenied";
          case BUCKET_NOT_FOUND -> "FileUploadContainerNotFound";
          case OBJECT_NOT_FOUND, TIMED_OUT, LOCAL_FILE, OTHER -> "FileUploadMiscError";
          case INVALID_REQUEST -> "FileUploadInvalidDestination";
          case SECRET_NOT_FOUND, SECRET_KEY_MISSING, SECRET_INVALID, DISK_FULL ->
              shared(failure.kind());
        });
  }

  private static String shared(StorageFailure.Kind kind) {
    return switch (kind) {
      case SECRET_NOT_FOUND -> "StorageSecretNotFound";
      case SECRET_KEY_MISSING -> "StorageSecretKeyMissing";
      case SECRET_INVALID -> "StorageSecretInvalid";
      case DISK_FULL -> "DiskFull";
      default -> throw new IllegalArgumentException(kind.name());
    };
  }

  private static AgentFailure of(StorageFailure failure, String field, String code) {
    Category category =
        switch (failure.kind()) {
          case TIMED_OUT, OTHER -> Category.ServerError;
          default -> Category.UserError;
        };
    return new AgentFailure(category, code, failure.sentence(), field, failure);
  }
}
