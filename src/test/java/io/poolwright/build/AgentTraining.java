package io.poolwright.build;

import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/**
 * Runs a program of the image against a real S3 server, with everything in its environment that a
 * task can have. {@code dev/image} trains the agent's AOT cache so; with more than one run it tells
 * how long a start takes: {@code AgentTraining <directory> <runs> <command...>}.
 */
final class AgentTraining {
  private static final String BUCKET = "training";

  private AgentTraining() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    int runs = Integer.parseInt(args[1]);
    List<String> command = List.of(args).subList(2, args.length);
    S3Proxy server =
        S3Proxy.builder()
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "access", "secret-key")
            .blobStore(new TransientNio2BlobStore())
            .build();
    server.start();
    int worst = 0;
    try {
      String endpoint = "http://127.0.0.1:" + server.getPort();
      fill(endpoint);
      List<Long> millis = new ArrayList<>();
      for (int run = 0; run < runs && worst == 0; run++) {
        Map<String, String> environment = prepare(directory.resolve("run-" + run), endpoint);
        long start = System.nanoTime();
        worst = run(command, environment);
        millis.add((System.nanoTime() - start) / 1_000_000);
      }
      if (runs > 1) {
        millis.sort(null);
        System.out.printf(
            "%d runs: median %d ms, %d to %d ms%n",
            runs, millis.get(runs / 2), millis.getFirst(), millis.getLast());
      }
    } finally {
      server.stop();
    }
    System.exit(worst);
  }

  private static int run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder(command).inheritIO();
    process.environment().clear();
    process.environment().putAll(environment);
    return process.start().waitFor();
  }

  private static void fill(String endpoint) throws Exception {
    MinioClient client =
        MinioClient.builder()
            .endpoint(endpoint)
            .region("us-east-1")
            .credentials("access", "secret-key")
            .build();
    try {
      client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
      put(client, "one.txt", "one object".getBytes(StandardCharsets.UTF_8));
      put(client, "many/a.txt", "a".getBytes(StandardCharsets.UTF_8));
      put(client, "many/deeper/b.txt", "b".getBytes(StandardCharsets.UTF_8));
      put(client, "package.zip", zip());
      put(client, "package.tar.gz", tar());
    } finally {
      client.close();
    }
  }

  private static void put(MinioClient client, String key, byte[] content) throws Exception {
    client.putObject(
        PutObjectArgs.builder().bucket(BUCKET).object(key).stream(
                new ByteArrayInputStream(content), (long) content.length, -1L)
            .build());
  }

  private static byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("bin/program"));
      zip.write("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  private static byte[] tar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] program = "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8);
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      TarArchiveEntry entry = new TarArchiveEntry("bin/program");
      entry.setSize(program.length);
      tar.putArchiveEntry(entry);
      tar.write(program);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static Map<String, String> prepare(Path directory, String endpoint) throws IOException {
    Path batch = Files.createDirectories(directory.resolve("batch"));
    Path task = batch.resolve("workitems/job/job-1/task");
    Path work = Files.createDirectories(task.resolve("wd"));
    Files.createDirectories(batch.resolve("applications"));
    Path run = Files.createDirectories(directory.resolve("run"));
    Path storage = Files.createDirectories(directory.resolve("storage"));
    Map<String, String> secret =
        Map.of(
            "endpoint",
            endpoint,
            "bucket",
            BUCKET,
            "accessKey",
            "access",
            "secretKey",
            "secret-key");
    for (Map.Entry<String, String> key : secret.entrySet()) {
      Files.writeString(storage.resolve(key.getKey()), key.getValue());
    }
    Files.writeString(run.resolve("started"), "");
    Files.writeString(run.resolve("exit"), "0\n");
    Files.writeString(run.resolve("times"), "1767225600.000 1767225601.000\n");
    Files.writeString(task.resolve("stdout.txt"), "out\n");
    Files.writeString(task.resolve("stderr.txt"), "");
    Files.writeString(work.resolve("result.txt"), "result\n");
    return Map.ofEntries(
        Map.entry("LC_ALL", "C.UTF-8"),
        Map.entry("POOLWRIGHT_RUN", run.toString()),
        Map.entry("POOLWRIGHT_STORAGE_DIR", storage.toString()),
        Map.entry("POOLWRIGHT_TERMINATION_LOG", directory.resolve("termination-log").toString()),
        Map.entry("POOLWRIGHT_STORAGE_PATIENCE_SECONDS", "5"),
        Map.entry("AZ_BATCH_NODE_ROOT_DIR", batch.toString()),
        Map.entry("AZ_BATCH_TASK_DIR", task.toString()),
        Map.entry("AZ_BATCH_TASK_WORKING_DIR", work.toString()),
        Map.entry(
            "POOLWRIGHT_RESOURCE_FILES",
            """
            [{"field":"spec.resourceFiles[0]","storageUrl":"s3:///one.txt","filePath":"in/one.txt","fileMode":"0644"},
             {"field":"spec.resourceFiles[1]","autoStorageContainerName":"training","blobPrefix":"many/","filePath":"in"}]
            """),
        Map.entry(
            "POOLWRIGHT_PACKAGES",
            """
            [{"field":"spec.applicationPackageReferences[0]","id":"a","version":"1","storageUrl":"s3:///package.zip","format":"zip","directory":"%1$s/applications/a/1"},
             {"field":"spec.applicationPackageReferences[1]","id":"b","version":"1","storageUrl":"s3:///package.tar.gz","format":"tar.gz","directory":"%1$s/applications/b/1"}]
            """
                .formatted(batch)),
        Map.entry(
            "POOLWRIGHT_OUTPUTS",
            """
            {"logs":"Always","logsPrefix":"poolwright/job/task/1/",
             "files":[{"field":"spec.outputFiles[0]","filePattern":"**/*.txt","destination":{"path":"results"},"uploadCondition":"TaskCompletion"}]}
            """));
  }
}
