package io.poolwright.storage;

import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.ListObjectsArgs;
import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.minio.Result;
import io.minio.UploadObjectArgs;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/** Buckets and objects of one S3 store. May be used by several threads at once. */
public final class ObjectStore implements AutoCloseable {
  /** More than this is no input of one task, and would not fit the memory of a stager. */
  private static final int MOST_LISTED = 200_000;

  /** Up to here a file is sent in one request, beyond in several. */
  private static final long ONE_REQUEST = Upload.PART;

  /** What is sent is not seen moving: one try on a slow line may outlast all patience. */
  private static final int LEAST_TRIES = 5;

  private final MinioClient client;
  private final Refusals refusals;
  private final Patience patience;
  private final Patience sending;
  private final MinioAsyncClient parts;
  private final String host;

  private ObjectStore(
      MinioClient client,
      MinioAsyncClient parts,
      String host,
      Patience patience,
      Patience sending) {
    this.client = client;
    this.parts = parts;
    this.host = host;
    this.refusals = new Refusals(host);
    this.patience = patience;
    this.sending = sending;
  }

  public static ObjectStore connect(StorageCredentials credentials, Patience patience)
      throws StorageFailure {
    try {
      OkHttpClient http = http(credentials);
      MinioClient client =
          MinioClient.builder()
              .endpoint(credentials.endpoint().toString())
              .region(credentials.region())
              .credentials(credentials.accessKey(), credentials.secretKey())
              .httpClient(http, true)
              .build();
      // Only this one speaks of single parts.
      MinioAsyncClient parts =
          MinioAsyncClient.builder()
              .endpoint(credentials.endpoint().toString())
              .region(credentials.region())
              .credentials(credentials.accessKey(), credentials.secretKey())
              .httpClient(http)
              .build();
      return new ObjectStore(
          client,
          parts,
          credentials.endpoint().getAuthority(),
          patience,
          patience.withLeastTries(LEAST_TRIES));
    } catch (IllegalArgumentException invalid) {
      throw new StorageFailure(
          StorageFailure.Kind.SECRET_INVALID,
          "Secret poolwright-storage: endpoint or region is not valid: "
              + invalid.getMessage()
              + ".",
          invalid);
    }
  }

  // The SDK's own client reads every certificate of the machine at start; and a client that never
  // speaks TLS need not prepare for it.
  private static OkHttpClient http(StorageCredentials credentials) throws StorageFailure {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequestsPerHost(32);
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .connectionPool(new ConnectionPool(16, 1, TimeUnit.MINUTES))
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectTimeout(Duration.ofSeconds(5))
            .readTimeout(Duration.ofSeconds(30))
            .writeTimeout(Duration.ofSeconds(30));
    if ("http".equals(credentials.endpoint().getScheme())) {
      builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    } else if (credentials.authority().isPresent()) {
      Trust trust = Trust.with(credentials.authority().get());
      builder.sslSocketFactory(trust.context().getSocketFactory(), trust.manager());
    }
    return builder.build();
  }

  /** The same store for something that is worth less waiting. */
  public ObjectStore withPatience(Duration most) {
    Patience less = patience.atMost(most);
    return new ObjectStore(client, parts, host, less, less);
  }

  /** All objects whose keys begin with the prefix, in the order of their keys. */
  public List<StoredObject> list(String bucket, String prefix) throws StorageFailure {
    List<StoredObject> found = new ArrayList<>();
    patience.insist(
        "Listing s3://" + bucket + "/" + prefix,
        progress -> {
          ListObjectsArgs.Builder request =
              arguments(
                  () -> ListObjectsArgs.builder().bucket(bucket).prefix(prefix).recursive(true),
                  bucket,
                  prefix);
          if (!found.isEmpty()) {
            request.startAfter(found.getLast().key());
          }
          try {
            for (Result<Item> result : client.listObjects(request.build())) {
              Item item = result.get();
              found.add(new StoredObject(item.objectName(), item.size()));
              progress.run();
              if (found.size() > MOST_LISTED) {
                throw new StorageFailure(
                    StorageFailure.Kind.INVALID_REQUEST,
                    "s3://"
                        + bucket
                        + "/"
                        + prefix
                        + " has more than "
                        + MOST_LISTED
                        + " objects; narrow the prefix or pack them into an archive.");
              }
            }
          } catch (MinioException | RuntimeException problem) {
            throw refusals.explain(problem, bucket, prefix);
          }
          return found;
        });
    return found;
  }

  public long download(String bucket, String key, Destination destination) throws StorageFailure {
    return Download.fetch(
        (offset, etag) -> open(bucket, key, offset, etag),
        destination,
        patience,
        "Downloading s3://" + bucket + "/" + key);
  }

  private Download.Reply open(String bucket, String key, long offset, @Nullable String etag)
      throws IOException, StorageFailure {
    boolean resume = offset > 0 && etag != null;
    GetObjectArgs.Builder request =
        arguments(() -> GetObjectArgs.builder().bucket(bucket).object(key), bucket, key);
    if (resume) {
      request.offset(offset).matchETag(etag);
    }
    try {
      GetObjectResponse answer = client.getObject(request.build());
      String length = answer.headers().get("Content-Length");
      String tag = answer.headers().get("ETag");
      String bare = tag == null ? null : tag.replace("\"", "");
      long start = resume && answer.headers().get("Content-Range") != null ? offset : 0;
      String md5 = Download.md5In(bare, answer.headers().get("x-amz-server-side-encryption"));
      return new Download.Reply(
          answer, start, length == null ? -1 : start + Long.parseLong(length), bare, md5);
    } catch (MinioException | RuntimeException problem) {
      if (resume && Refusals.changed(problem)) {
        return open(bucket, key, 0, null);
      }
      throw refusals.explain(problem, bucket, key);
    }
  }

  /**
   * Stores a file as an object and returns its size.
   *
   * @param headers what is said of the object beside its content
   */
  public long upload(Path file, String bucket, String key, Map<String, String> headers)
      throws StorageFailure {
    long size;
    try {
      size = Files.size(file);
      if (!Files.isReadable(file)) {
        throw new StorageFailure(
            StorageFailure.Kind.LOCAL_FILE,
            file
                + " cannot be read by the uploader; let the command leave its files readable for their group (umask 0027 or wider).");
      }
    } catch (IOException problem) {
      throw StorageFailure.local(problem, file);
    }
    if (size <= ONE_REQUEST) {
      send(file, bucket, key, headers);
    } else {
      new Upload(parts, refusals, sending, file, size, bucket, key, headers).run();
    }
    return size;
  }

  private void send(Path file, String bucket, String key, Map<String, String> headers)
      throws StorageFailure {
    sending.insist(
        "Uploading s3://" + bucket + "/" + key,
        progress -> {
          try {
            return client.uploadObject(
                UploadObjectArgs.builder()
                    .bucket(bucket)
                    .object(key)
                    .headers(headers)
                    .filename(file.toString(), ONE_REQUEST)
                    .build());
          } catch (MinioException | RuntimeException problem) {
            throw refusals.explain(problem, bucket, key);
          }
        });
  }

  /** The SDK checks names while a request is built; what it says then is the user's mistake too. */
  private <B> B arguments(Supplier<B> builder, String bucket, String key)
      throws IOException, StorageFailure {
    try {
      return builder.get();
    } catch (RuntimeException invalid) {
      throw refusals.explain(invalid, bucket, key);
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (Exception unimportant) {
      // Connections that are left open end with the process.
    }
  }
}
