package io.poolwright.storage;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.MinioAsyncClient;
import io.minio.UploadPartArgs;
import io.minio.messages.Part;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stores one large file in parts, several at once, each straight from the disk and each tried again
 * by itself: what has arrived is not sent twice.
 */
final class Upload {
  static final long PART = 16L << 20;

  private static final long LARGEST_PART = 5L << 30;
  private static final long MOST_PARTS = 9_000;
  private static final int WIDTH = 4;

  /** A store that forgets an upload, or whose answer to its last request was lost. */
  private static final int MOST_BEGINNINGS = 3;

  private final MinioAsyncClient client;
  private final Refusals refusals;
  private final Patience patience;
  private final Path file;
  private final long size;
  private final String bucket;
  private final String key;
  private final Map<String, String> headers;

  Upload(
      MinioAsyncClient client,
      Refusals refusals,
      Patience patience,
      Path file,
      long size,
      String bucket,
      String key,
      Map<String, String> headers) {
    this.client = client;
    this.refusals = refusals;
    this.patience = patience;
    this.file = file;
    this.size = size;
    this.bucket = bucket;
    this.key = key;
    this.headers = headers;
  }

  void run() throws StorageFailure {
    long part = Math.max(PART, size / MOST_PARTS + 1);
    if (part > LARGEST_PART) {
      throw new StorageFailure(
          StorageFailure.Kind.LOCAL_FILE,
          file
              + " is larger than "
              + ((LARGEST_PART * MOST_PARTS) >> 40)
              + " TiB; let the command write several smaller files.");
    }
    for (int begun = 1; ; begun++) {
      String id = begin();
      try {
        complete(id, parts(id, part));
        return;
      } catch (StorageFailure failure) {
        if (!Refusals.forgotten(failure)) {
          abort(id);
          throw failure;
        }
        if (begun == MOST_BEGINNINGS) {
          throw failure;
        }
      }
    }
  }

  private String begin() throws StorageFailure {
    return asked(
        "",
        () ->
            client
                .createMultipartUpload(
                    CreateMultipartUploadArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .headers(described())
                        .build())
                .join()
                .result()
                .uploadId());
  }

  private Http.Headers described() throws IOException {
    Http.Headers described = new Http.Headers(headers);
    if (!described.contains("Content-Type")) {
      String type = Files.probeContentType(file);
      described.put("Content-Type", type == null ? "application/octet-stream" : type);
    }
    return described;
  }

  private Part[] parts(String id, long length) throws StorageFailure {
    ExecutorService threads = Executors.newFixedThreadPool(WIDTH);
    try {
      ExecutorCompletionService<Part> sending = new ExecutorCompletionService<>(threads);
      List<Future<Part>> all = new ArrayList<>();
      for (long from = 0; from < size; from += length) {
        int number = all.size() + 1;
        long start = from;
        all.add(sending.submit(() -> send(id, number, start, Math.min(length, size - start))));
      }
      // In the order of their ends: the first failure stops the rest.
      Part[] parts = new Part[all.size()];
      for (int done = 0; done < parts.length; done++) {
        Part part = sending.take().get();
        parts[part.partNumber() - 1] = part;
      }
      return parts;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof StorageFailure failure) {
        throw failure;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new StorageFailure(
          StorageFailure.Kind.OTHER,
          "Uploading s3://" + bucket + "/" + key + " was given up because something else failed.",
          stopped);
    } finally {
      threads.shutdownNow();
      awaitEnd(threads);
    }
  }

  // What arrives after the upload was aborted would stay in the store.
  private static void awaitEnd(ExecutorService threads) {
    try {
      if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
        System.err.println("poolwright: a part did not end in time");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Part send(String id, int number, long start, long length) throws StorageFailure {
    return asked(
        ", part " + number,
        () -> {
          // One for each try: whoever gave up on an earlier one may still read there.
          try (RandomAccessFile from = open()) {
            Http.Headers check = checked(from, start, length);
            return client
                .uploadPart(
                    UploadPartArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .uploadId(id)
                        .partNumber(number)
                        .file(from, length)
                        .headers(check)
                        .build())
                .join()
                .part();
          }
        });
  }

  // What the disk refuses is not the network's, and no other try helps.
  private RandomAccessFile open() throws StorageFailure {
    try {
      return new RandomAccessFile(file.toFile(), "r");
    } catch (IOException problem) {
      throw StorageFailure.local(problem, file);
    }
  }

  private Http.Headers checked(RandomAccessFile from, long start, long length)
      throws StorageFailure {
    try {
      Http.Headers check = check(from, start, length);
      from.seek(start);
      return check;
    } catch (IOException problem) {
      throw StorageFailure.local(problem, file);
    }
  }

  // Every store knows this one, and it is part of what is signed. Left alone the SDK digests too,
  // and then sends what follows in the file.
  private static Http.Headers check(RandomAccessFile file, long start, long length)
      throws IOException {
    file.seek(start);
    MessageDigest digest = Download.md5();
    byte[] buffer = new byte[64 * 1024];
    long left = length;
    while (left > 0) {
      int count = file.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new IOException("the file has become shorter");
      }
      digest.update(buffer, 0, count);
      left -= count;
    }
    return new Http.Headers(
        Map.of(
            "Content-Md5",
            Base64.getEncoder().encodeToString(digest.digest()),
            "X-Amz-Content-Sha256",
            "UNSIGNED-PAYLOAD"));
  }

  private void complete(String id, Part[] parts) throws StorageFailure {
    asked(
        "",
        () ->
            client
                .completeMultipartUpload(
                    CompleteMultipartUploadArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .uploadId(id)
                        .parts(parts)
                        .build())
                .join());
  }

  // What stays of an upload that failed costs room until the store's own rules remove it.
  private void abort(String id) {
    try {
      client
          .abortMultipartUpload(
              AbortMultipartUploadArgs.builder().bucket(bucket).object(key).uploadId(id).build())
          .join();
    } catch (RuntimeException unimportant) {
      // The failure itself is told.
    }
  }

  /** A request, and its answer. */
  @FunctionalInterface
  private interface Request<T> {
    T answer() throws IOException, StorageFailure;
  }

  private <T extends @Nullable Object> T asked(String what, Request<T> request)
      throws StorageFailure {
    return patience.insist(
        "Uploading s3://" + bucket + "/" + key + what,
        progress -> {
          try {
            return request.answer();
          } catch (RuntimeException problem) {
            throw refusals.explain(problem, bucket, key);
          }
        });
  }
}
