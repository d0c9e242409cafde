import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.UploadObjectArgs;
import io.minio.messages.Item;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the demo does with its bucket; a program of one file that the JDK runs as it is. */
final class Objects {
  private static final String BUCKET = "demo";

  private final MinioClient client;

  private Objects(String endpoint) {
    client = MinioClient.builder().endpoint(endpoint).region("us-east-1").credentials("poolwright", "poolwright-secret").build();
  }

  public static void main(String[] args) throws Exception {
    Objects objects = new Objects(args[0]);
    switch (args[1]) {
      case "put" -> objects.put(Path.of(args[2]));
      case "show" -> objects.show();
      default -> throw new IllegalArgumentException(args[1]);
    }
    // The client's idle connections would keep the process for a minute.
    System.exit(0);
  }

  /** The texts go to texts/; what an earlier run left behind goes away, so that what is shown afterwards is new. */
  private void put(Path directory) throws Exception {
    if (!client.bucketExists(BucketExistsArgs.builder().bucket(BUCKET).build())) {
      client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
    }
    for (String old : keys("")) {
      client.removeObject(RemoveObjectArgs.builder().bucket(BUCKET).object(old).build());
    }
    long bytes = 0;
    List<Path> texts;
    try (Stream<Path> files = Files.list(directory)) {
      texts = files.filter(f -> Files.isRegularFile(f) && !Files.isSymbolicLink(f)).sorted().toList();
    }
    for (Path text : texts) {
      client.uploadObject(UploadObjectArgs.builder().bucket(BUCKET).object("texts/" + text.getFileName()).filename(text.toString()).build());
      bytes += Files.size(text);
    }
    System.out.printf("uploaded %d texts of %s, %d KB, to s3://%s/texts/%n", texts.size(), directory, bytes / 1000, BUCKET);
  }

  private List<String> keys(String prefix) throws Exception {
    var keys = new java.util.ArrayList<String>();
    for (Result<Item> item : client.listObjects(ListObjectsArgs.builder().bucket(BUCKET).prefix(prefix).recursive(true).build())) {
      keys.add(item.get().objectName());
    }
    return keys;
  }

  private String text(String key) throws Exception {
    try (var in = client.getObject(GetObjectArgs.builder().bucket(BUCKET).object(key).build())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void show() throws Exception {
    Map<String, Long> all = new TreeMap<>();
    System.out.printf("%nin s3://%s/counts/:%n%n  %-18s %8s   %s%n", BUCKET, "text", "words", "most frequent");
    for (String key : keys("counts/")) {
      Map<String, Long> counts = counts(text(key));
      counts.forEach((word, count) -> all.merge(word, count, Long::sum));
      System.out.printf("  %-18s %8d   %s%n", key.substring("counts/".length()).replace(".txt", ""), sum(counts), top(counts, 5));
    }
    System.out.printf("  %-18s %8d   %s%n%n", "all together", sum(all), top(all, 8));
    System.out.printf("and %d objects with what the tasks printed, in s3://%s/poolwright/wordcount/%n", keys("poolwright/wordcount/").size(), BUCKET);
  }

  private static Map<String, Long> counts(String lines) {
    Map<String, Long> counts = new TreeMap<>();
    for (String line : lines.lines().toList()) {
      String[] parts = line.strip().split("\\s+");
      if (parts.length == 2) {
        counts.put(parts[1], Long.parseLong(parts[0]));
      }
    }
    return counts;
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String top(Map<String, Long> counts, int number) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()).thenComparing(Map.Entry.comparingByKey()))
        .limit(number)
        .map(e -> e.getKey() + " " + e.getValue())
        .reduce((a, b) -> a + ", " + b)
        .orElse("-");
  }
}
