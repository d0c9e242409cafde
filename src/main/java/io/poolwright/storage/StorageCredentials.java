package io.poolwright.storage;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The linked storage of a namespace, as its Secret says it. */
public record StorageCredentials(
    URI endpoint,
    String region,
    Optional<String> bucket,
    String accessKey,
    String secretKey,
    Optional<Path> authority) {

  private static final String SECRET = "Secret poolwright-storage";

  /** Reads the files of the mounted Secret. */
  public static StorageCredentials read(Path directory) throws StorageFailure {
    if (!present(directory)) {
      throw new StorageFailure(
          StorageFailure.Kind.SECRET_NOT_FOUND,
          SECRET
              + " does not exist in this namespace; create it with the keys endpoint, bucket, accessKey, secretKey.");
    }
    Path authority = directory.resolve("ca.crt");
    return new StorageCredentials(
        endpoint(required(directory, "endpoint")),
        value(directory, "region").orElse("us-east-1"),
        value(directory, "bucket"),
        required(directory, "accessKey"),
        required(directory, "secretKey"),
        Files.isRegularFile(authority) ? Optional.of(authority) : Optional.empty());
  }

  /**
   * The mount exists for every task; an optional Secret that is missing leaves nothing in it but
   * the kubelet's own {@code ..data}.
   */
  public static boolean present(Path directory) {
    try (var files = Files.list(directory)) {
      return files.anyMatch(f -> !f.getFileName().toString().startsWith(".."));
    } catch (IOException absent) {
      return false;
    }
  }

  public String linkedBucket() throws StorageFailure {
    if (bucket.isEmpty()) {
      throw missing("bucket");
    }
    return bucket.get();
  }

  private static String required(Path directory, String key) throws StorageFailure {
    Optional<String> value = value(directory, key);
    if (value.isEmpty()) {
      throw missing(key);
    }
    return value.get();
  }

  private static StorageFailure missing(String key) {
    return new StorageFailure(
        StorageFailure.Kind.SECRET_KEY_MISSING,
        SECRET + " has no key \"" + key + "\"; add it to the Secret.");
  }

  private static Optional<String> value(Path directory, String key) throws StorageFailure {
    Path file = directory.resolve(key);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    } catch (IOException unreadable) {
      throw new StorageFailure(
          StorageFailure.Kind.SECRET_INVALID,
          SECRET + ": the key \"" + key + "\" cannot be read as text; write it anew.",
          unreadable);
    }
  }

  private static URI endpoint(String text) throws StorageFailure {
    try {
      URI uri = new URI(text.contains("://") ? text : "https://" + text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare = uri.getPath().isEmpty() || uri.getPath().equals("/");
      if (web
          && bare
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException invalid) {
      // Said below; the text itself may hold what must not be repeated.
    }
    throw new StorageFailure(
        StorageFailure.Kind.SECRET_INVALID,
        SECRET
            + ": the key \"endpoint\" must look like https://host or http://host:port, without a path.");
  }

  @Override
  public String toString() {
    return "StorageCredentials[" + endpoint + ", " + region + ", " + bucket.orElse("-") + "]";
  }
}
