package io.poolwright.autoscale;

import io.poolwright.autoscale.Value.Num;
import io.poolwright.autoscale.Value.Vec;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/**
 * The functions that only compute (§3.6.5). Those that reduce a list to one of its kind make
 * nothing (an empty doubleVec) of nothing; see {@link Value}.
 */
final class Functions {
  private record Arity(int least, int most) {}

  private static final int ANY = Integer.MAX_VALUE;

  private static final Map<String, Arity> ARITIES = arities();

  private Functions() {}

  private static Map<String, Arity> arities() {
    Map<String, Arity> arities = new TreeMap<>();
    for (String list : List.of("avg", "sum", "min", "max", "len", "range", "std", "norm", "vec")) {
      arities.put(list, new Arity(1, ANY));
    }
    for (String each : List.of("lg", "ln", "log", "ceil", "floor", "round")) {
      arities.put(each, new Arity(1, ANY));
    }
    arities.put("percentile", new Arity(2, 2));
    arities.put("val", new Arity(2, 2));
    arities.put("rand", new Arity(0, 0));
    arities.put("time", new Arity(0, 1));
    arities.put("stop", new Arity(0, 0));
    return Collections.unmodifiableMap(arities);
  }

  static void checkArity(Node.Call call) {
    Arity arity = ARITIES.get(call.function());
    if (arity == null) {
      throw FormulaError.parse(
          call.at(),
          "there is no function "
              + call.function()
              + "; expected one of "
              + String.join(", ", ARITIES.keySet()));
    }
    checkArity(call.function(), call.arguments().size(), arity.least(), arity.most(), call.at());
  }

  static void checkArity(String name, int given, int least, int most, Position at) {
    if (given >= least && given <= most) {
      return;
    }
    String expected =
        most == ANY
            ? "at least " + least
            : least == most ? "" + (least == 0 ? "no" : least) : least + " to " + most;
    String noun = most == 1 || (most == ANY && least == 1) ? " argument" : " arguments";
    throw FormulaError.type(at, name + " takes " + expected + noun + ", not " + given);
  }

  static Value call(Node.Call call, List<Value> arguments, Work work) {
    Position at = call.at();
    return switch (call.function()) {
      case "percentile" -> percentile(call, arguments, work);
      case "val" -> element(call, arguments, work);
      case "lg" -> componentWise(call, arguments, work, Functions::lg);
      case "ln" -> componentWise(call, arguments, work, Math::log);
      case "log" -> componentWise(call, arguments, work, Math::log10);
      case "ceil" -> componentWise(call, arguments, work, Math::ceil);
      case "floor" -> componentWise(call, arguments, work, Math::floor);
      case "round" -> componentWise(call, arguments, work, Functions::round);
      case "vec" -> new Vec(Operands.flat(call, arguments, work));
      default -> {
        List<Double> flat = Operands.flat(call, arguments, work);
        work.spend(flat.size(), at);
        yield reduce(call, flat, arguments.stream().anyMatch(Vec.class::isInstance));
      }
    };
  }

  private static Value reduce(Node.Call call, List<Double> list, boolean fromVector) {
    double[] x = list.stream().mapToDouble(Double::doubleValue).toArray();
    boolean needsOne =
        switch (call.function()) {
          case "sum", "len", "norm" -> false;
          default -> true;
        };
    if (needsOne && x.length == 0) {
      return Vec.NONE;
    }
    double result =
        switch (call.function()) {
          case "avg" -> sum(x) / x.length;
          case "sum" -> sum(x);
          case "min" -> min(x);
          case "max" -> max(x);
          case "len" -> x.length;
          case "range" -> max(x) - min(x);
          case "std" -> std(call, x, fromVector);
          case "norm" -> Math.sqrt(Arrays.stream(x).map(e -> e * e).sum());
          default -> throw new IllegalStateException(call.function());
        };
    return new Num(Operands.finite(result, "the result of " + call.function(), call.at()));
  }

  /** In the order of the list, so that the result does not depend on how a stream sums. */
  private static double sum(double[] x) {
    double sum = 0;
    for (double e : x) {
      sum += e;
    }
    return sum;
  }

  private static double min(double[] x) {
    return Arrays.stream(x).min().orElseThrow();
  }

  private static double max(double[] x) {
    return Arrays.stream(x).max().orElseThrow();
  }

  /** Of a sample: divided by one less than there are. */
  private static double std(Node.Call call, double[] x, boolean fromVector) {
    if (x.length < 2) {
      String message = "std needs at least two values";
      throw fromVector
          ? FormulaError.samples(call.at(), message + ", and there is one sample")
          : FormulaError.runtime(call.at(), message);
    }
    double mean = sum(x) / x.length;
    return Math.sqrt(Arrays.stream(x).map(e -> (e - mean) * (e - mean)).sum() / (x.length - 1));
  }

  /**
   * An element of the vector, as Azure says, and nothing between two of them: the smallest that at
   * least p percent of the elements do not exceed.
   */
  private static Value percentile(Node.Call call, List<Value> arguments, Work work) {
    List<Double> sorted = vector(call, arguments, work).stream().sorted().toList();
    double p = second(call, arguments, "the percentage of percentile");
    if (p < 0 || p > 100) {
      throw FormulaError.runtime(
          call.arguments().get(1).at(), "a percentage must be from 0 to 100");
    }
    if (sorted.isEmpty()) {
      return Vec.NONE;
    }
    // p as it is written: no double is 99.9, or 7 percent.
    int rank =
        BigDecimal.valueOf(p)
            .multiply(BigDecimal.valueOf(sorted.size()))
            .movePointLeft(2)
            .setScale(0, RoundingMode.CEILING)
            .intValueExact();
    return new Num(sorted.get(Math.max(rank, 1) - 1));
  }

  private static Value element(Node.Call call, List<Value> arguments, Work work) {
    List<Double> elements = vector(call, arguments, work);
    double index = second(call, arguments, "the index of val");
    if (elements.isEmpty()) {
      return Vec.NONE;
    }
    if (!(index > -1) || index >= elements.size()) {
      throw FormulaError.runtime(
          call.arguments().get(1).at(),
          "the index must be from 0 to "
              + (elements.size() - 1)
              + ", not "
              + new Num(index).shown());
    }
    return new Num(elements.get((int) index));
  }

  private static List<Double> vector(Node.Call call, List<Value> arguments, Work work) {
    List<Double> elements = Operands.flat(call, arguments.subList(0, 1), work);
    work.spend(elements.size(), call.at());
    return elements;
  }

  private static double second(Node.Call call, List<Value> arguments, String place) {
    return Operands.number(arguments.get(1), place, call.arguments().get(1).at());
  }

  /** A double gives a double; a vector, or several arguments, a doubleVec. */
  private static Value componentWise(
      Node.Call call, List<Value> arguments, Work work, DoubleUnaryOperator function) {
    List<Double> flat = Operands.flat(call, arguments, work);
    List<Double> results =
        flat.stream()
            .map(e ->
                Operands.finite(
                    function.applyAsDouble(e),
                    call.function() + " of " + new Num(e).shown(),
                    call.at()))
            .toList();
    return arguments.size() == 1 && arguments.getFirst() instanceof Num
        ? new Num(results.getFirst())
        : new Vec(results);
  }

  /** Exact for the powers of two, which a formula may hand on to floor or ceil. */
  static double lg(double x) {
    double quotient = Math.log(x) / Math.log(2);
    double whole = Math.rint(quotient);
    return Math.scalb(1.0, (int) whole) == x ? whole : quotient;
  }

  /** Halves go away from zero, as C rounds. To add a half could round by itself. */
  static double round(double x) {
    double size = Math.abs(x);
    double below = Math.floor(size);
    return Math.copySign(size - below < 0.5 ? below : below + 1, x);
  }
}
