package io.poolwright.autoscale;

import io.poolwright.autoscale.Value.Num;
import io.poolwright.autoscale.Value.Vec;
import java.util.ArrayList;
import java.util.List;

/** Values where a double, or a list of doubles, is wanted. */
final class Operands {
  private Operands() {}

  /**
   * The double that a value is or stands for.
   *
   * @param place what wants it, for the message: {@code "the condition of '?'"}
   */
  static double number(Value value, String place, Position at) {
    return switch (value) {
      case Num num -> num.value();
      case Vec vec when vec.elements().size() == 1 -> vec.elements().getFirst();
      case Vec vec when vec.elements().isEmpty() ->
          throw FormulaError.samples(
              at, place + " must be a double, and there are no samples to make it from");
      case Vec vec ->
          throw FormulaError.type(
              at,
              place
                  + " must be a double, not a doubleVec of "
                  + vec.elements().size()
                  + " elements; avg, min, max or sum make one of it");
      default -> throw FormulaError.type(at, place + " must be a double, not a " + value.type());
    };
  }

  static boolean truth(Value value, String place, Position at) {
    return number(value, place, at) != 0;
  }

  /** A doubleVecList, flattened from left to right (§3.6.3). */
  static List<Double> flat(Node.Call call, List<Value> arguments, Work work) {
    List<Double> flat = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case Num num -> flat.add(num.value());
        case Vec vec -> {
          work.spend(vec.elements().size(), call.at());
          flat.addAll(vec.elements());
        }
        default ->
            throw FormulaError.type(
                call.arguments().get(i).at(),
                call.function()
                    + " takes doubles and doubleVecs; argument "
                    + (i + 1)
                    + " is a "
                    + arguments.get(i).type());
      }
    }
    return flat;
  }

  static double finite(double value, String what, Position at) {
    if (!Double.isFinite(value)) {
      throw FormulaError.runtime(at, what + " is not a finite number");
    }
    // There is one zero.
    return value + 0.0;
  }
}
