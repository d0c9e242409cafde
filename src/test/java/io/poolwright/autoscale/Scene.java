package io.poolwright.autoscale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Surroundings for a test, and what a formula gives in them. */
record Scene(Instant now, int dedicated, int lowPriority, Map<Metric, List<Sample>> samples) {
  /** A Thursday. */
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  static Scene empty() {
    return new Scene(NOW, 4, 2, Map.of());
  }

  /** The values at the end of these many seconds before now. */
  Scene with(Metric metric, Map<Integer, Double> byAge) {
    List<Sample> list = new ArrayList<>();
    byAge.forEach((age, value) -> list.add(new Sample(now.minusSeconds(age), value)));
    return and(metric, list);
  }

  /** One value every 30 seconds, the first of them so long ago, until the values end. */
  Scene every30s(Metric metric, int oldest, double... values) {
    List<Sample> list = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      list.add(new Sample(now.minusSeconds(oldest).plus(Duration.ofSeconds(30L * i)), values[i]));
    }
    return and(metric, list);
  }

  private Scene and(Metric metric, List<Sample> list) {
    Map<Metric, List<Sample>> all = new EnumMap<>(Metric.class);
    all.putAll(samples);
    all.put(metric, list);
    return new Scene(now, dedicated, lowPriority, all);
  }

  Scene at(String time) {
    return new Scene(Instant.parse(time), dedicated, lowPriority, samples);
  }

  Surroundings surroundings() {
    return new Surroundings(now, dedicated, lowPriority, NodeDeallocationOption.REQUEUE, samples);
  }

  Evaluation run(String formula) {
    return Formula.evaluate(formula, surroundings());
  }

  /** An expression's value in the results string, or its error: {@code type 1:3 message}. */
  String value(String expression) {
    Evaluation evaluation = run("x =\n" + expression);
    return evaluation.error() == null
        ? evaluation.results().replaceFirst(".*;x=", "")
        : error(evaluation.error());
  }

  /** The place counts from the expression's own beginning. */
  private static String error(FormulaError error) {
    return (error.kind() + " ").toLowerCase(java.util.Locale.ROOT)
        + error.column()
        + " "
        + error.message().replaceFirst("^Line 2, Col \\d+: ", "");
  }
}
