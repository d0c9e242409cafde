package io.poolwright.bench;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * {@code dev/bench files}: one large file and many small ones out and in again by the agent, as a
 * process with the memory that pods give it, beside a MinIO server; the small ones also by a {@link
 * PlainLoop} with as many threads.
 */
final class FilesBench {
  static final int SMALL = 4096;

  private FilesBench() {}

  public static void main(String[] args) throws Exception {
    long size = Math.round(Double.parseDouble(option(args, "--gib", "5")) * (1L << 30));
    int count = Integer.parseInt(option(args, "--count", "1000"));
    Path work = Files.createDirectories(Path.of(System.getenv("BENCH_WORK")));
    try (ObjectServer server = new ObjectServer(work.resolve("store"))) {
      print(
          "%d cores, %d GiB, load %.1f before%n",
          Runtime.getRuntime().availableProcessors(), memory(), load());
      print("| run | seconds | MiB/s | files/s | CPU s | peak RSS, heap (MiB) |");
      print("|---|---|---|---|---|---|");
      AgentRun agent = new AgentRun(work, server);
      line("nothing to store: the start of the JVM", agent.out("nothing*", "nothing"), 0, 0);
      Path large = agent.working().resolve("large.bin");
      fill(large, size);
      line("one file of " + (size >> 20) + " MiB out", agent.out("large.bin", "large/"), size, 0);
      Path kept = Files.move(large, work.resolve("kept.bin"));
      line("in", agent.in("large/"), size, 0);
      if (Files.mismatch(kept, agent.working().resolve("large.bin")) >= 0) {
        throw new IllegalStateException("what came back is something else");
      }
      Files.delete(kept);
      agent.clear();
      byte[] content = new byte[SMALL];
      new Random(1).nextBytes(content);
      for (int i = 0; i < count; i++) {
        Files.write(agent.working().resolve("small-" + i), content);
      }
      line(count + " files of 4 KiB out", agent.out("small-*", "small"), 0, count);
      agent.clear();
      line("in", agent.in("small/"), 0, count);
      plain("out", server, count);
      plain("in", server, count);
      print("%nload %.1f after", load());
    }
  }

  private static void plain(String way, ObjectServer server, int count) throws Exception {
    PlainLoop.Ran ran = PlainLoop.run(server, way, count);
    String loop = "a plain loop of " + PlainLoop.THREADS + " threads, " + way;
    print("| %s, cold | %.1f | | %.0f | | |", loop, ran.cold(), count / ran.cold());
    print("| %s, warm | %.1f | | %.0f | | |", loop, ran.warm(), count / ran.warm());
  }

  private static void line(String what, AgentRun.Ran ran, long bytes, int count) {
    print(
        "| %s | %.1f | %s | %s | %.1f | %d, %d |",
        what,
        ran.seconds(),
        bytes == 0 ? "" : "%.0f".formatted(bytes / ran.seconds() / (1 << 20)),
        count == 0 ? "" : "%.0f".formatted(count / ran.seconds()),
        ran.cpu(),
        ran.rss(),
        ran.heap());
  }

  private static void fill(Path file, long size) throws Exception {
    byte[] block = new byte[1 << 20];
    Random random = new Random(2);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = size; left > 0; left -= block.length) {
        random.nextBytes(block);
        out.write(block, 0, (int) Math.min(left, block.length));
      }
    }
  }

  private static String option(String[] args, String name, String otherwise) {
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals(name)) {
        return args[i + 1];
      }
    }
    return otherwise;
  }

  private static double load() {
    return java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static long memory() {
    return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean machine
        ? machine.getTotalMemorySize() >> 30
        : 0;
  }

  private static void print(String format, Object... args) {
    System.out.printf(Locale.ROOT, format + "%n", args);
  }
}
