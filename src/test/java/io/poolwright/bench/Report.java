package io.poolwright.bench;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was measured, as tables in Markdown. */
final class Report {
  private final Settings settings;
  private final PrintStream out;

  Report(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  private void print(String format, Object... args) {
    out.printf(Locale.ROOT, format + "%n", args);
  }

  void head() {
    long memory = 0;
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean machine) {
      memory = machine.getTotalMemorySize() >> 30;
    }
    print(
        "%d tasks that end at once, %d at a time (%d nodes of %d slots), logUpload %s; %d cores, %d GiB; operator: -Xmx256m%n",
        settings.count(),
        settings.parallel(),
        settings.nodes(),
        settings.slots(),
        settings.logs(),
        Runtime.getRuntime().availableProcessors(),
        memory);
    print(
        "| run | seconds | tasks/s | last pod's end to job's end | writes/task, operator | writes/task, all |"
            + " CPU ms/task: operator, cluster | heap: most, most kept, live (MiB) | load |");
    print("|---|---|---|---|---|---|---|---|---|");
  }

  void line(Measured run) {
    double count = settings.count();
    long operator = run.writes().by(w -> w.user().endsWith(":operator")).size();
    print(
        "| %s | %.1f | %.1f | %.2f s | %s | %.2f | %s | %s | %.1f |",
        run.kind().title(),
        run.wall().toMillis() / 1000.0,
        run.perSecond(settings.count()),
        run.end().toMillis() / 1000.0,
        run.kind().ours() ? "%.3f".formatted(operator / count) : "",
        run.writes().size() / count,
        perTask(run.operator()) + ", " + perTask(run.cluster()),
        run.kind().ours()
            ? run.heap().most() + ", " + run.heap().kept() + ", " + run.heap().live()
            : "",
        run.load());
  }

  void rest(List<Measured> runs, String operator, long peak, List<String> complaints) {
    double base =
        runs.stream()
            .filter(r -> !r.kind().ours())
            .mapToDouble(r -> r.perSecond(settings.count()))
            .average()
            .orElse(Double.NaN);
    print("%nThe operator's process had %d MiB at most.", peak);
    for (int i = 0; i < runs.size(); i++) {
      if (runs.get(i).kind().ours()) {
        ratio(runs, i, base);
      }
    }
    List<Measured> ours = runs.stream().filter(r -> r.kind().ours()).toList();
    print("%nThe operator's writes per task:%n");
    table(
        ours,
        ours.stream().map(r -> r.writes().by(w -> w.user().equals(operator)).perKind()).toList(),
        this::perTask);
    print("%nEverybody's writes per task:%n");
    table(runs, runs.stream().map(r -> r.writes().perUser()).toList(), this::perTask);
    print("%nProcessor time per task, ms:%n");
    table(
        runs,
        runs.stream().map(Measured::cpu).toList(),
        used -> perTask(used == null ? Duration.ZERO : used));
    if (!complaints.isEmpty()) {
      print(
          "%n%d warnings and errors in the operator's log, the first: %s",
          complaints.size(), complaints.getFirst());
    }
  }

  /**
   * Against the native runs next to it: what else the machine has to do changes from minute to
   * minute.
   */
  private void ratio(List<Measured> runs, int place, double base) {
    double near =
        List.of(place - 1, place + 1).stream()
            .filter(i -> i >= 0 && i < runs.size() && !runs.get(i).kind().ours())
            .mapToDouble(i -> runs.get(i).perSecond(settings.count()))
            .average()
            .orElse(base);
    Measured run = runs.get(place);
    print(
        "%s: %.2f times the tasks/s of the native Job (mean of the runs before and after).",
        run.kind().title(), run.perSecond(settings.count()) / near);
  }

  private String perTask(Duration time) {
    return "%.1f".formatted(time.toMillis() / (double) settings.count());
  }

  private String perTask(@Nullable Integer count) {
    return "%.4f".formatted((count == null ? 0 : count) / (double) settings.count());
  }

  private <T> void table(
      List<Measured> runs, List<Map<String, T>> counts, Function<@Nullable T, String> text) {
    Set<String> rows = new TreeSet<>();
    counts.forEach(c -> rows.addAll(c.keySet()));
    print("| | %s |", runs.stream().map(r -> r.kind().title()).collect(Collectors.joining(" | ")));
    print("|---|%s", "---|".repeat(runs.size()));
    for (String row : rows) {
      print(
          "| %s | %s |",
          row, counts.stream().map(c -> text.apply(c.get(row))).collect(Collectors.joining(" | ")));
    }
  }
}
