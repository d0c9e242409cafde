package io.poolwright.autoscale;

import io.poolwright.autoscale.Value.Interval;
import io.poolwright.autoscale.Value.Num;
import io.poolwright.autoscale.Value.Stamp;
import io.poolwright.autoscale.Value.Text;
import io.poolwright.autoscale.Value.Vec;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operator makes of each pair of types (§3.6.4). Beyond Azure's table stand {@code
 * timestamp - timeinterval}, which published formulas use, and a double before a doubleVec that
 * stands for a double. A result that no double can hold, and a division by zero, is an error.
 */
final class Operators {
  private Operators() {}

  static Value unary(Node.Unary unary, Value operand) {
    if (unary.sign().equals("!")) {
      return Num.truth(!Operands.truth(operand, "what follows '!'", unary.at()));
    }
    if (operand instanceof Interval interval) {
      return ticks(-(double) interval.ticks(), unary.at());
    }
    return new Num(-Operands.number(operand, "what follows '-'", unary.at()) + 0.0);
  }

  static Value binary(Value left, Node.Link link, Value right, Work work) {
    return switch (link.sign()) {
      case "+", "-", "*", "/" -> arithmetic(left, link, right, work);
      default -> Num.truth(compare(left, link, right));
    };
  }

  private static Value arithmetic(Value left, Node.Link link, Value right, Work work) {
    Position at = link.at();
    return switch (left) {
      case Num l when right instanceof Num r -> new Num(calculate(l.value(), link, r.value()));
      case Num l when right instanceof Vec r -> before(l, link, r);
      case Vec l when right instanceof Num r -> {
        work.spend(l.elements().size(), at);
        yield each(l, link, r.value());
      }
      case Vec l when right instanceof Vec r -> {
        work.spend(l.elements().size(), at);
        yield pairwise(l, link, r);
      }
      case Interval l when right instanceof Interval r -> sum(l, link, r);
      case Interval l when right instanceof Stamp r && link.sign().equals("+") ->
          Times.plus(r, l.duration(), at);
      case Interval l when (right instanceof Num || right instanceof Vec) -> scaled(l, link, right);
      case Stamp l when right instanceof Interval r -> moved(l, link, r);
      case Stamp l when right instanceof Stamp r && link.sign().equals("-") ->
          Times.between(r.instant(), l.instant());
      case Num l when right instanceof Interval r -> times(l, link, r);
      case Vec l when right instanceof Interval r -> times(l, link, r);
      default -> throw refused(left, link, right);
    };
  }

  private static double calculate(double left, Node.Link link, double right) {
    double result =
        switch (link.sign()) {
          case "+" -> left + right;
          case "-" -> left - right;
          case "*" -> left * right;
          default -> left / notZero(right, link);
        };
    return Operands.finite(result, "the result of '" + link.sign() + "'", link.at());
  }

  private static double notZero(double divisor, Node.Link link) {
    if (divisor == 0) {
      throw FormulaError.runtime(link.at(), "division by zero");
    }
    return divisor;
  }

  /** Azure has no double before a doubleVec; only where the vector stands for a double. */
  private static Value before(Num left, Node.Link link, Vec right) {
    return switch (right.elements().size()) {
      case 0 -> Vec.NONE;
      case 1 -> new Num(calculate(left.value(), link, right.elements().getFirst()));
      default ->
          throw FormulaError.type(
              link.at(),
              "'"
                  + link.sign()
                  + "' cannot be used with a double before a doubleVec of "
                  + right.elements().size()
                  + " elements; a doubleVec must come first");
    };
  }

  private static Vec each(Vec left, Node.Link link, double right) {
    return new Vec(left.elements().stream().map(e -> calculate(e, link, right)).toList());
  }

  private static Vec pairwise(Vec left, Node.Link link, Vec right) {
    int size = left.elements().size();
    if (size != right.elements().size()) {
      if (right.elements().size() == 1) {
        return each(left, link, right.elements().getFirst());
      }
      if (size == 0 || right.elements().isEmpty()) {
        return Vec.NONE;
      }
      throw FormulaError.runtime(
          link.at(),
          "'"
              + link.sign()
              + "' cannot pair a doubleVec of "
              + size
              + " elements with one of "
              + right.elements().size());
    }
    List<Double> results = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      results.add(calculate(left.elements().get(i), link, right.elements().get(i)));
    }
    return new Vec(results);
  }

  private static Value sum(Interval left, Node.Link link, Interval right) {
    try {
      return switch (link.sign()) {
        case "+" -> new Interval(Math.addExact(left.ticks(), right.ticks()));
        case "-" -> new Interval(Math.subtractExact(left.ticks(), right.ticks()));
        default -> throw refused(left, link, right);
      };
    } catch (ArithmeticException e) {
      throw tooLong(link.at());
    }
  }

  private static Value scaled(Interval left, Node.Link link, Value right) {
    if (!link.sign().equals("*") && !link.sign().equals("/")) {
      throw refused(left, link, right);
    }
    double factor = Operands.number(right, "what a timeinterval is combined with", link.at());
    return link.sign().equals("*")
        ? ticks(left.ticks() * factor, link.at())
        : ticks(left.ticks() / notZero(factor, link), link.at());
  }

  private static Value times(Value left, Node.Link link, Interval right) {
    if (!link.sign().equals("*")) {
      throw refused(left, link, right);
    }
    return scaled(right, link, left);
  }

  private static Interval ticks(double ticks, Position at) {
    // The cast would saturate silently.
    if (!(Math.abs(ticks) < 9.2e18)) {
      throw tooLong(at);
    }
    return new Interval((long) Math.rint(ticks));
  }

  private static Value moved(Stamp left, Node.Link link, Interval right) {
    return switch (link.sign()) {
      case "+" -> Times.plus(left, right.duration(), link.at());
      case "-" -> Times.plus(left, right.duration().negated(), link.at());
      default -> throw refused(left, link, right);
    };
  }

  private static boolean compare(Value left, Node.Link link, Value right) {
    int order =
        switch (left) {
          case Text l when right instanceof Text r -> l.content().compareTo(r.content());
          case Stamp l when right instanceof Stamp r -> l.instant().compareTo(r.instant());
          case Interval l when right instanceof Interval r -> Long.compare(l.ticks(), r.ticks());
          case Value l when isNumeric(l) && isNumeric(right) -> {
            double one = Operands.number(l, "what stands left of '" + link.sign() + "'", link.at());
            double other =
                Operands.number(right, "what stands right of '" + link.sign() + "'", link.at());
            yield Double.compare(one, other);
          }
          default -> throw refused(left, link, right);
        };
    return switch (link.sign()) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case "==" -> order == 0;
      case ">=" -> order >= 0;
      case ">" -> order > 0;
      default -> order != 0;
    };
  }

  private static boolean isNumeric(Value value) {
    return value instanceof Num || value instanceof Vec;
  }

  private static FormulaException tooLong(Position at) {
    return FormulaError.runtime(at, "the timeinterval is longer than 29000 years");
  }

  private static FormulaException refused(Value left, Node.Link link, Value right) {
    return FormulaError.type(
        link.at(),
        "'" + link.sign() + "' cannot be used with a " + left.type() + " and a " + right.type());
  }
}
