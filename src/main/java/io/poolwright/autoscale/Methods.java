package io.poolwright.autoscale;

import io.poolwright.autoscale.Value.Interval;
import io.poolwright.autoscale.Value.Num;
import io.poolwright.autoscale.Value.Stamp;
import io.poolwright.autoscale.Value.Vec;
import java.time.Instant;
import java.util.List;

/** The methods of a sampled variable (§3.6.7). */
final class Methods {
  private final Instant now;
  private final Work work;

  Methods(Instant now, Work work) {
    this.now = now;
    this.work = work;
  }

  static void check(Node.MethodCall method) {
    int given = method.arguments().size();
    switch (method.name()) {
      case "GetSample" -> Functions.checkArity(method.name(), given, 1, 3, method.at());
      case "GetSamplePercent" -> Functions.checkArity(method.name(), given, 1, 2, method.at());
      case "GetSamplePeriod", "Count", "HistoryBeginTime" ->
          Functions.checkArity(method.name(), given, 0, 0, method.at());
      default ->
          throw FormulaError.parse(
              method.at(),
              "there is no method "
                  + method.name()
                  + "; expected GetSample, GetSamplePercent, GetSamplePeriod, Count or HistoryBeginTime");
    }
    if (!(method.owner() instanceof Node.Name name) || Metric.named(name.text()).isEmpty()) {
      throw FormulaError.type(
          method.at(),
          "only a sampled variable such as $PendingTasks has the method " + method.name());
    }
  }

  Value call(Node.MethodCall method, String variable, History history, List<Value> arguments) {
    return switch (method.name()) {
      case "GetSample" -> sample(method, variable, history, arguments);
      case "GetSamplePercent" ->
          new Num(
              history.percent(
                  time(method, arguments, 0),
                  arguments.size() == 2 ? time(method, arguments, 1) : now));
      case "GetSamplePeriod" ->
          new Interval(History.PERIOD.toSeconds() * Interval.TICKS_PER_SECOND);
      case "Count" -> new Num(history.count());
      case "HistoryBeginTime" ->
          new Stamp(
              history
                  .oldest()
                  .orElseThrow(
                      () -> FormulaError.samples(method.open(), variable + " has no samples yet"))
                  .time());
      default -> throw new IllegalStateException(method.name());
    };
  }

  private Value sample(
      Node.MethodCall method, String variable, History history, List<Value> arguments) {
    if (!isTime(arguments.getFirst())) {
      return last(method, history, arguments);
    }
    Instant start = time(method, arguments, 0);
    boolean ended = arguments.size() > 1 && isTime(arguments.get(1));
    Instant end = ended ? time(method, arguments, 1) : now;
    int percentAt = ended ? 2 : 1;
    if (arguments.size() > percentAt) {
      if (arguments.size() > percentAt + 1) {
        throw wrongTime(method, arguments, 1);
      }
      requireEnough(
          method, variable, percent(method, arguments, percentAt), history.percent(start, end));
    }
    return vector(history.window(start, end), method);
  }

  private Value last(Node.MethodCall method, History history, List<Value> arguments) {
    if (arguments.size() > 1) {
      throw wrongTime(method, arguments, 0);
    }
    Position at = method.arguments().getFirst().at();
    double count = Operands.number(arguments.getFirst(), "the argument of GetSample", at);
    if (count < 0) {
      throw FormulaError.runtime(at, "a number of samples must not be negative");
    }
    return vector(history.last((int) count), method);
  }

  private Vec vector(List<Double> samples, Node.MethodCall method) {
    work.spend(samples.size(), method.at());
    return new Vec(samples);
  }

  private static double percent(Node.MethodCall method, List<Value> arguments, int index) {
    Position at = method.arguments().get(index).at();
    double percent = Operands.number(arguments.get(index), "the percentage of GetSample", at);
    if (percent < 0 || percent > 100) {
      throw FormulaError.runtime(at, "a percentage must be from 0 to 100");
    }
    return percent;
  }

  /** In the words of Azure Batch. */
  private static void requireEnough(
      Node.MethodCall method, String variable, double wanted, double received) {
    if (received < wanted) {
      throw FormulaError.samples(
          method.open(),
          "Insufficient data from data set: "
              + variable
              + " wanted "
              + new Num(wanted).shown()
              + "%, received "
              + (int) received
              + "%");
    }
  }

  private static boolean isTime(Value value) {
    return value instanceof Interval || value instanceof Stamp;
  }

  /** A timestamp, or a look-back from now. */
  private Instant time(Node.MethodCall method, List<Value> arguments, int index) {
    return switch (arguments.get(index)) {
      case Stamp stamp -> stamp.instant();
      case Interval interval -> now.minus(interval.duration());
      default -> throw wrongTime(method, arguments, index);
    };
  }

  private static FormulaException wrongTime(
      Node.MethodCall method, List<Value> arguments, int index) {
    return FormulaError.type(
        method.arguments().get(index).at(),
        "argument "
            + (index + 1)
            + " of "
            + method.name()
            + " must be a timeinterval or a timestamp, not a "
            + arguments.get(index).type());
  }
}
