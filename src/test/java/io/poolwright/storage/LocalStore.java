package io.poolwright.storage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.slf4j.LoggerFactory;

/** An S3 server of the test's own, with one bucket, and a client beside the code under test. */
public final class LocalStore implements AutoCloseable {
  public static final String BUCKET = "linked-bucket";
  private static final String ACCESS = "test-access-key";
  private static final String SECRET = "test-secret-key-that-must-never-be-shown";

  private final S3Proxy server;
  private final MinioClient client;

  public LocalStore() throws Exception {
    if (LoggerFactory.getLogger("org.gaul") instanceof Logger chatty) {
      chatty.setLevel(Level.ERROR);
    }
    server =
        S3Proxy.builder()
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS, SECRET)
            .blobStore(new TransientNio2BlobStore())
            .build();
    server.start();
    client =
        MinioClient.builder()
            .endpoint(endpoint())
            .region("us-east-1")
            .credentials(ACCESS, SECRET)
            .build();
    client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
  }

  public int port() {
    return server.getPort();
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  public String secretKey() {
    return SECRET;
  }

  public void put(String key, String content) throws Exception {
    put(key, content.getBytes(StandardCharsets.UTF_8));
  }

  public void put(String key, byte[] content) throws Exception {
    client.putObject(
        PutObjectArgs.builder().bucket(BUCKET).object(key).stream(
                new ByteArrayInputStream(content), (long) content.length, -1L)
            .build());
  }

  public byte[] get(String key) throws Exception {
    try (var in = client.getObject(GetObjectArgs.builder().bucket(BUCKET).object(key).build())) {
      return in.readAllBytes();
    }
  }

  public String text(String key) throws Exception {
    return new String(get(key), StandardCharsets.UTF_8);
  }

  /** What is told of an object beside its content. */
  public List<String> header(String key, String name) throws Exception {
    return client
        .statObject(StatObjectArgs.builder().bucket(BUCKET).object(key).build())
        .headers()
        .values(name);
  }

  /** All keys below a prefix, with their sizes. */
  public Map<String, Long> keys(String prefix) throws Exception {
    Map<String, Long> keys = new TreeMap<>();
    for (Result<Item> item :
        client.listObjects(
            ListObjectsArgs.builder().bucket(BUCKET).prefix(prefix).recursive(true).build())) {
      keys.put(item.get().objectName(), item.get().size());
    }
    return keys;
  }

  public String presigned(String key) throws Exception {
    return client.getPresignedObjectUrl(
        GetPresignedObjectUrlArgs.builder()
            .method(Http.Method.GET)
            .bucket(BUCKET)
            .object(key)
            .expiry(1, TimeUnit.HOURS)
            .build());
  }

  /** Writes the Secret of this store as the kubelet mounts it. */
  public Path secret(Path directory) throws IOException {
    return secret(directory, endpoint());
  }

  public Path secret(Path directory, String endpoint) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("endpoint"), endpoint);
    Files.writeString(directory.resolve("bucket"), BUCKET + "\n");
    Files.writeString(directory.resolve("accessKey"), ACCESS);
    Files.writeString(directory.resolve("secretKey"), SECRET);
    return directory;
  }

  @Override
  public void close() {
    try {
      client.close();
      server.stop();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
