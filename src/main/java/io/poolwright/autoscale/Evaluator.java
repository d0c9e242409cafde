package io.poolwright.autoscale;

import io.poolwright.autoscale.Value.Num;
import io.poolwright.autoscale.Value.Stamp;
import io.poolwright.autoscale.Value.Text;
import io.poolwright.autoscale.Value.Vec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Runs the statements of a formula once. What is not needed is not evaluated: the other branch of
 * {@code ?:}, and the right side of {@code &&} and {@code ||} where the left one decides.
 */
final class Evaluator {
  /** Thrown by {@code stop()}, which may stand anywhere in an expression. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stop() {
      super(null, null, false, false);
    }
  }

  private final Surroundings surroundings;
  private final Work work;
  private final Methods methods;
  private final Variables variables;
  private final SplittableRandom random;
  private final Map<Metric, History> histories = new EnumMap<>(Metric.class);

  Evaluator(Surroundings surroundings, Limits limits) {
    this.surroundings = surroundings;
    this.work = new Work(limits.steps());
    this.methods = new Methods(surroundings.now(), work);
    this.variables = new Variables(surroundings, limits.results());
    // Evaluated again at the same time, a formula draws the same numbers.
    this.random = new SplittableRandom(surroundings.now().hashCode());
  }

  Variables variables() {
    return variables;
  }

  void run(List<Statement> statements) {
    try {
      for (Statement statement : statements) {
        Value value = value(statement.value());
        if (statement.target() != null) {
          variables.assign(statement.target(), value);
        }
      }
    } catch (Stop stop) {
      // What was assigned so far stands.
    }
  }

  private Value value(Node node) {
    work.spend(1, node.at());
    return switch (node) {
      case Node.Numeral numeral -> new Num(Double.parseDouble(numeral.text()));
      case Node.Text text -> new Text(text.content());
      case Node.Name name -> named(name);
      case Node.Call call -> call(call);
      case Node.Member member -> Members.of(value(member.owner()), member);
      case Node.MethodCall method -> method(method);
      case Node.Unary unary -> Operators.unary(unary, value(unary.operand()));
      case Node.Chain chain -> chain(chain);
      case Node.Choice choice ->
          Operands.truth(value(choice.condition()), "the condition of '?'", choice.at())
              ? value(choice.yes())
              : value(choice.no());
    };
  }

  private Value named(Node.Name name) {
    Optional<Metric> metric = Metric.named(name.text());
    if (metric.isPresent()) {
      return latest(metric.get(), name.at());
    }
    return Constants.named(name.text()).orElseGet(() -> variables.read(name.text()));
  }

  /**
   * A sampled variable without a method is its latest sample. The pool's size is known even where
   * there is none.
   */
  private Value latest(Metric metric, Position at) {
    List<Double> last = read(metric, at).last(1);
    if (!last.isEmpty()) {
      return new Num(last.getFirst());
    }
    return switch (metric) {
      case CURRENT_DEDICATED_NODES -> new Num(surroundings.dedicated());
      case CURRENT_LOW_PRIORITY_NODES -> new Num(surroundings.lowPriority());
      default -> Vec.NONE;
    };
  }

  /**
   * For reading values. Of a variable that nobody samples there are none to come, and nothing made
   * of it, which {@code min} and {@code max} overlook, would be taken for a load. How many samples
   * there are may be asked: a formula with such a guard says itself what to do without. Whoever
   * tries a formula may bring samples of any.
   */
  private History read(Metric metric, Position at) {
    if (!metric.isSampled() && !surroundings.samples().containsKey(metric)) {
      throw FormulaError.notSampled(
          at,
          "Poolwright does not sample "
              + metric.variable()
              + "; use one of "
              + Arrays.stream(Metric.values())
                  .filter(Metric::isSampled)
                  .map(Metric::variable)
                  .collect(Collectors.joining(", ")));
    }
    return history(metric);
  }

  private History history(Metric metric) {
    return histories.computeIfAbsent(
        metric,
        m -> {
          List<Sample> samples = surroundings.samples().get(m);
          return samples == null ? History.NONE : History.of(samples, surroundings.now());
        });
  }

  private Value call(Node.Call call) {
    List<Value> arguments = values(call.arguments());
    return switch (call.function()) {
      case "stop" -> throw new Stop();
      case "rand" -> new Num(random.nextDouble());
      case "time" -> time(call, arguments);
      default -> Functions.call(call, arguments, work);
    };
  }

  private Value time(Node.Call call, List<Value> arguments) {
    if (arguments.isEmpty()) {
      return new Stamp(surroundings.now());
    }
    if (!(arguments.getFirst() instanceof Text text)) {
      throw FormulaError.type(
          call.arguments().getFirst().at(),
          "time takes a string, not a " + arguments.getFirst().type());
    }
    // Azure documents the empty string as the default.
    return text.content().isEmpty()
        ? new Stamp(surroundings.now())
        : Times.read(text.content(), call.arguments().getFirst().at());
  }

  private Value method(Node.MethodCall method) {
    if (!(method.owner() instanceof Node.Name name)) {
      throw new IllegalStateException("not refused by Methods: " + method);
    }
    Metric metric = Metric.named(name.text()).orElseThrow();
    boolean reads = method.name().equals("GetSample") || method.name().equals("HistoryBeginTime");
    History history = reads ? read(metric, name.at()) : history(metric);
    return methods.call(method, name.text(), history, values(method.arguments()));
  }

  private List<Value> values(List<Node> nodes) {
    List<Value> values = new ArrayList<>(nodes.size());
    nodes.forEach(n -> values.add(value(n)));
    return values;
  }

  private Value chain(Node.Chain chain) {
    Value left = value(chain.first());
    for (Node.Link link : chain.links()) {
      left =
          switch (link.sign()) {
            case "&&" -> Num.truth(truth(left, link, "left") && right(link));
            case "||" -> Num.truth(truth(left, link, "left") || right(link));
            default -> Operators.binary(left, link, value(link.operand()), work);
          };
    }
    return left;
  }

  private boolean right(Node.Link link) {
    return truth(value(link.operand()), link, "right");
  }

  private static boolean truth(Value value, Node.Link link, String side) {
    return Operands.truth(value, "what stands " + side + " of '" + link.sign() + "'", link.at());
  }
}
