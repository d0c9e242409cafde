package io.poolwright.autoscale;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks what can be known of names without evaluating (§3.6.2, §3.6.5, §3.6.6). A formula has
 * neither loops nor conditional statements, so a variable that no earlier statement assigns will
 * never have a value where it is read.
 *
 * <p>Names are told apart by case, and {@code $x} from {@code x}: {@code $pendingTasks =
 * $PendingTasks.GetSample(1)} is a usual thing to write.
 */
final class Names {
  static final String DEDICATED = "$TargetDedicatedNodes";
  static final String LOW_PRIORITY = "$TargetLowPriorityNodes";
  static final String DEALLOCATION = "$NodeDeallocationOption";

  /** Older names of the targets; if both are assigned, the full name wins. */
  static final Map<String, String> ALIASES =
      Map.of("$TargetDedicated", DEDICATED, "$TargetLowPriority", LOW_PRIORITY);

  private static final Set<String> SERVICE_VARIABLES =
      Set.of(DEDICATED, LOW_PRIORITY, DEALLOCATION, "$TargetDedicated", "$TargetLowPriority");

  private final Set<String> known = new HashSet<>(SERVICE_VARIABLES);

  void check(List<Statement> statements) {
    for (Statement statement : statements) {
      check(statement.value());
      if (statement.target() != null) {
        checkTarget(statement.target());
        known.add(statement.target().text());
      }
    }
  }

  private static void checkTarget(Node.Name target) {
    String name = target.text();
    if (Metric.named(name).isPresent()) {
      throw FormulaError.parse(target.at(), name + " is read-only; expected a variable");
    }
    if (Constants.named(name).isPresent()) {
      throw FormulaError.parse(target.at(), name + " is a constant; expected a variable");
    }
  }

  private void check(Node node) {
    switch (node) {
      case Node.Numeral numeral -> {
        if (Double.isInfinite(Double.parseDouble(numeral.text()))) {
          throw FormulaError.parse(
              numeral.at(), "the number is too large; expected one below 1.8e308");
        }
      }
      case Node.Text text -> {}
      case Node.Name name -> checkRead(name);
      case Node.Call call -> {
        Functions.checkArity(call);
        call.arguments().forEach(this::check);
      }
      case Node.Member member -> {
        Members.check(member);
        check(member.owner());
      }
      case Node.MethodCall method -> {
        Methods.check(method);
        check(method.owner());
        method.arguments().forEach(this::check);
      }
      case Node.Unary unary -> check(unary.operand());
      case Node.Chain chain -> {
        check(chain.first());
        chain.links().forEach(l -> check(l.operand()));
      }
      case Node.Choice choice -> {
        check(choice.condition());
        check(choice.yes());
        check(choice.no());
      }
    }
  }

  private void checkRead(Node.Name name) {
    String text = name.text();
    if (known.contains(text)
        || Metric.named(text).isPresent()
        || Constants.named(text).isPresent()) {
      return;
    }
    throw FormulaError.parse(
        name.at(), text + " is not known here; expected a variable assigned before" + hint(text));
  }

  /** The one that was probably meant. */
  private String hint(String text) {
    Set<String> candidates = new HashSet<>(known);
    for (Metric metric : Metric.values()) {
      candidates.add(metric.variable());
    }
    candidates.addAll(Constants.ALL.keySet());
    String bare = bare(text);
    List<String> close =
        candidates.stream().filter(c -> bare(c).equalsIgnoreCase(bare)).sorted().toList();
    return close.isEmpty()
        ? ", a service variable or a constant"
        : close.stream().collect(Collectors.joining(" or ", "; there is ", ""));
  }

  private static String bare(String name) {
    return name.startsWith("$") ? name.substring(1) : name;
  }
}
