package io.poolwright.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The programs that make up the cluster, and the processor time that each has used. */
final class ControlPlane {
  private static final List<String> PROGRAMS =
      List.of("kube-apiserver", "etcd", "kube-controller-manager", "kube-scheduler", "kwok");

  private final Path pids;

  /**
   * @param pids a directory with a file for each program that starts with its process id
   */
  ControlPlane(Path pids) {
    this.pids = pids;
  }

  Map<String, Duration> used() throws IOException {
    Map<String, Duration> used = new TreeMap<>();
    for (String program : PROGRAMS) {
      try {
        long pid = Long.parseLong(Files.readString(pids.resolve(program)).split("\\s+", -1)[0]);
        ProcessHandle.of(pid)
            .flatMap(p -> p.info().totalCpuDuration())
            .ifPresent(d -> used.put(program, d));
      } catch (NoSuchFileException e) {
        // Not a program of this cluster.
      }
    }
    return used;
  }

  static Map<String, Duration> between(Map<String, Duration> from, Map<String, Duration> to) {
    Map<String, Duration> used = new TreeMap<>();
    to.forEach((k, v) -> used.put(k, v.minus(from.getOrDefault(k, Duration.ZERO))));
    return used;
  }
}
