package io.poolwright.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sums the pools' node counts at each scrape. Counts are kept per pool but shown without it: a
 * label with pool names would grow with the number of pools.
 */
final class NodeCensus extends Collector implements Collector.Describable {
  private static final String NAME = "poolwright_nodes";
  private static final String HELP = "Compute nodes of all pools, by state.";

  private final Map<String, Map<String, Integer>> byPool = new ConcurrentHashMap<>();

  /** A state once seen stays visible as zero, so that a graph falls instead of breaking off. */
  private final Set<String> states = ConcurrentHashMap.newKeySet();

  void count(String pool, Map<String, Integer> byState) {
    states.addAll(byState.keySet());
    byPool.put(pool, Map.copyOf(byState));
  }

  void forget(String pool) {
    byPool.remove(pool);
  }

  @Override
  public List<MetricFamilySamples> collect() {
    Map<String, Integer> sums = new TreeMap<>();
    states.forEach(state -> sums.put(state, 0));
    byPool.values().forEach(counts -> counts.forEach((s, n) -> sums.merge(s, n, Integer::sum)));
    GaugeMetricFamily family = new GaugeMetricFamily(NAME, HELP, List.of("state"));
    sums.forEach((state, sum) -> family.addMetric(List.of(state), sum));
    return List.of(family);
  }

  @Override
  public List<MetricFamilySamples> describe() {
    return List.of(new GaugeMetricFamily(NAME, HELP, List.of("state")));
  }
}
