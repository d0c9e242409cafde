package io.poolwright.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * What is measured, and with what.
 *
 * @param count tasks in each run
 * @param slots of each node: as many tasks run at once as there are slots, in the native Job too
 * @param logs the jobs' logUpload; Always puts one container more into each pod
 * @param runs which, in this order
 * @param work where the operator's log and the like go
 * @param operatorOptions added to those of the operator's JVM, to look into it
 */
record Settings(
    int count,
    int nodes,
    int slots,
    String logs,
    List<Contender.Kind> runs,
    Path kubeconfig,
    Path auditLog,
    Path pids,
    String operatorClasspath,
    Path work,
    List<String> operatorOptions) {

  int parallel() {
    return nodes * slots;
  }

  /**
   * @throws IllegalArgumentException names the option that makes no sense
   */
  static Settings of(List<String> args) {
    int count = 2000;
    int nodes = 10;
    int slots = 20;
    String logs = "Always";
    List<Contender.Kind> runs =
        List.of(
            Contender.Kind.NATIVE,
            Contender.Kind.INLINE,
            Contender.Kind.NATIVE,
            Contender.Kind.STANDALONE,
            Contender.Kind.NATIVE);
    for (int i = 0; i < args.size(); i += 2) {
      if (i + 1 == args.size()) {
        throw new IllegalArgumentException(args.get(i) + " needs a value");
      }
      String value = args.get(i + 1);
      switch (args.get(i)) {
        case "--count" -> count = positive(args.get(i), value);
        case "--nodes" -> nodes = positive(args.get(i), value);
        case "--slots" -> slots = positive(args.get(i), value);
        case "--logs" -> logs = value;
        case "--runs" -> runs = List.of(value.split(",")).stream().map(Contender.Kind::of).toList();
        default -> throw new IllegalArgumentException("unknown option " + args.get(i));
      }
    }
    return new Settings(
        count,
        nodes,
        slots,
        logs,
        runs,
        Path.of(variable("BENCH_KUBECONFIG")),
        Path.of(variable("BENCH_AUDIT_LOG")),
        Path.of(variable("BENCH_PIDS")),
        variable("BENCH_OPERATOR_CLASSPATH"),
        Path.of(variable("BENCH_WORK")),
        List.of(System.getenv().getOrDefault("BENCH_OPERATOR_OPTIONS", "").split(" ")).stream()
            .filter(o -> !o.isBlank())
            .toList());
  }

  private static int positive(String option, String value) {
    if (!value.matches("[1-9][0-9]{0,6}")) {
      throw new IllegalArgumentException(option + ": a number above 0, not " + value);
    }
    return Integer.parseInt(value);
  }

  private static String variable(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is not set; start this through dev/bench");
    }
    return value;
  }
}
