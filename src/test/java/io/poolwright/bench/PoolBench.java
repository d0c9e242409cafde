package io.poolwright.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * {@code dev/bench pool}: a pool from no node to so many and back, on fake machines; how long that
 * takes, and whether the operator writes anything twice.
 */
final class PoolBench {
  private PoolBench() {}

  public static void main(String[] args) throws Exception {
    Bench.main(args, PoolBench::run);
  }

  private static boolean run(Bench bench) throws IOException {
    Grounds grounds = bench.grounds();
    int count = bench.settings().count();
    grounds.pool(0, 1);
    long mark = bench.audit().mark();
    Duration up = grounds.resize(count);
    Duration down = grounds.resize(0);
    AuditLog.Writes ours =
        bench.audit().since(mark).by(w -> w.user().equals(grounds.operatorUser()));
    System.out.printf(
        "0 to %d nodes: %.1f s; back: %.1f s; both: %.1f s%n",
        count, up.toMillis() / 1000.0, down.toMillis() / 1000.0, up.plus(down).toMillis() / 1000.0);
    ours.perKind().forEach((what, n) -> System.out.println(n + "  " + what));
    bench.operator().complaints().forEach(System.out::println);
    return isOnce(ours, count);
  }

  /** A node pod is made once and deleted once, and no write is refused. */
  private static boolean isOnce(AuditLog.Writes ours, int nodes) {
    boolean once = true;
    for (String what : Set.of("create pods", "delete pods")) {
      List<String> names =
          ours.by(w -> w.is(what)).all().stream().map(AuditLog.Write::name).sorted().toList();
      if (names.size() != nodes || names.stream().distinct().count() != nodes) {
        System.out.println(
            what + ": " + names.size() + " for " + names.stream().distinct().count() + " nodes");
        once = false;
      }
    }
    List<AuditLog.Write> refused = ours.by(w -> w.code() >= 400).all();
    refused.forEach(w -> System.out.println("refused: " + w));
    return once && refused.isEmpty();
  }
}
