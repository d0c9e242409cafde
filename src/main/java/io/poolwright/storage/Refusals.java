package io.poolwright.storage;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.ServerException;
import io.minio.errors.XmlParserException;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an error of the object store means: an I/O error is worth another try, a {@link
 * StorageFailure} is final.
 */
final class Refusals {
  private static final Set<String> DENIED =
      Set.of(
          "AccessDenied",
          "AllAccessDisabled",
          "AccountProblem",
          "ExpiredToken",
          "InvalidAccessKeyId",
          "InvalidToken",
          "SignatureDoesNotMatch",
          "UnauthorizedAccess");
  private static final Set<String> BUSY =
      Set.of(
          "InternalError",
          "OperationAborted",
          "RequestTimeout",
          "ServiceUnavailable",
          "SlowDown",
          "SlowDownRead",
          "SlowDownWrite",
          "XMinioServerNotInitialized");

  private final String host;

  Refusals(String host) {
    this.host = host;
  }

  /** The object is no longer the one whose beginning was read. */
  static boolean changed(Throwable problem) {
    return find(problem, ErrorResponseException.class) instanceof ErrorResponseException answer
        && ("PreconditionFailed".equals(answer.errorResponse().code())
            || answer.response().code() == 412);
  }

  /** The store knows nothing of an upload that was begun. */
  static boolean forgotten(Throwable problem) {
    return find(problem, ErrorResponseException.class) instanceof ErrorResponseException answer
        && "NoSuchUpload".equals(answer.errorResponse().code());
  }

  StorageFailure explain(Throwable problem, String bucket, String key) throws IOException {
    if (find(problem, StorageFailure.class) instanceof StorageFailure known) {
      return known;
    }
    if (find(problem, ErrorResponseException.class) instanceof ErrorResponseException answer) {
      return answered(answer, bucket, key);
    }
    if (find(problem, IOException.class) instanceof IOException io) {
      throw io;
    }
    if (find(problem, InvalidResponseException.class) != null
        || find(problem, ServerException.class) != null
        || find(problem, XmlParserException.class) != null) {
      throw new IOException("the answer is not one of an object store", problem);
    }
    if (find(problem, IllegalArgumentException.class) instanceof IllegalArgumentException invalid) {
      return new StorageFailure(
          StorageFailure.Kind.INVALID_REQUEST,
          "s3://" + bucket + "/" + key + " is not a valid address: " + invalid.getMessage() + ".",
          problem);
    }
    return new StorageFailure(
        StorageFailure.Kind.OTHER,
        "s3://" + bucket + "/" + key + ": " + problem.getMessage(),
        problem);
  }

  private StorageFailure answered(ErrorResponseException answer, String bucket, String key)
      throws IOException {
    String code = String.valueOf(answer.errorResponse().code());
    int status = answer.response().code();
    if (status == 501) {
      return new StorageFailure(
          StorageFailure.Kind.INVALID_REQUEST,
          "s3://"
              + bucket
              + "/"
              + key
              + ": "
              + host
              + " cannot do what it is asked for ("
              + code
              + "); leave out the uploadHeaders that it does not know.",
          answer);
    }
    if (BUSY.contains(code) || status == 408 || status == 429 || status >= 500) {
      throw new IOException("the store answered " + code + " (HTTP " + status + ")", answer);
    }
    if (code.equals("NoSuchBucket")) {
      return new StorageFailure(
          StorageFailure.Kind.BUCKET_NOT_FOUND,
          "The bucket \""
              + bucket
              + "\" does not exist on "
              + host
              + "; create it or check its name.",
          answer);
    }
    if (code.equals("NoSuchUpload")) {
      return new StorageFailure(
          StorageFailure.Kind.OTHER,
          "s3://"
              + bucket
              + "/"
              + key
              + ": the store forgot the upload before it was complete; let its rules keep unfinished uploads for longer.",
          answer);
    }
    // S3 answers it with 403.
    if (code.equals("RequestTimeTooSkewed")) {
      return new StorageFailure(
          StorageFailure.Kind.OTHER,
          "The clocks of this node and of the object store differ too much; set them.",
          answer);
    }
    if (DENIED.contains(code) || status == 401 || status == 403) {
      return new StorageFailure(
          StorageFailure.Kind.ACCESS_DENIED,
          "Access to the bucket \""
              + bucket
              + "\" was denied ("
              + code
              + "); check accessKey and secretKey of the Secret poolwright-storage and what they may do.",
          answer);
    }
    if (code.equals("NoSuchKey") || code.equals("ResourceNotFound") || status == 404) {
      return new StorageFailure(
          StorageFailure.Kind.OBJECT_NOT_FOUND,
          "s3://" + bucket + "/" + key + " does not exist; check bucket and name.",
          answer);
    }
    if (code.equals("AuthorizationHeaderMalformed")
        || code.equals("PermanentRedirect")
        || status == 301) {
      return new StorageFailure(
          StorageFailure.Kind.ACCESS_DENIED,
          "The bucket \""
              + bucket
              + "\" is in another region ("
              + code
              + "); set the key region of the Secret poolwright-storage.",
          answer);
    }
    return new StorageFailure(
        StorageFailure.Kind.OTHER,
        "s3://" + bucket + "/" + key + ": the store answered " + code + " (HTTP " + status + ").",
        answer);
  }

  private static @Nullable Throwable find(Throwable problem, Class<? extends Throwable> type) {
    for (Throwable at = problem; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return at;
      }
    }
    return null;
  }
}
