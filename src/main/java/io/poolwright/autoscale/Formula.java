package io.poolwright.autoscale;

import java.util.List;

/**
 * A formula whose text is in order: its syntax, its names, and the number of arguments of each
 * function. Whether the types fit shows when it is evaluated, and only in the parts that are: the
 * branch of {@code ?:} that is not taken never fails (§3.6.8).
 */
public final class Formula implements Parsed {
  private final List<Statement> statements;
  private final Limits limits;

  private Formula(List<Statement> statements, Limits limits) {
    this.statements = statements;
    this.limits = limits;
  }

  /** Never throws; ends quickly whatever the text. */
  public static Parsed parse(String text) {
    return parse(text, Limits.DEFAULT);
  }

  static Parsed parse(String text, Limits limits) {
    try {
      List<Statement> statements = Parser.parse(text, limits);
      new Names().check(statements);
      return new Formula(List.copyOf(statements), limits);
    } catch (FormulaException e) {
      return e.error();
    }
  }

  /** Parses and evaluates; an error of either is in the answer. */
  public static Evaluation evaluate(String text, Surroundings surroundings) {
    return switch (parse(text)) {
      case Formula formula -> formula.evaluate(surroundings);
      case FormulaError error -> Evaluation.failed(null, error);
    };
  }

  /** Never throws; the same surroundings give the same evaluation. */
  public Evaluation evaluate(Surroundings surroundings) {
    Evaluator evaluator = new Evaluator(surroundings, limits);
    try {
      evaluator.run(statements);
      return evaluator.variables().evaluation();
    } catch (FormulaException e) {
      return Evaluation.failed(evaluator.variables().results(), e.error());
    }
  }
}
