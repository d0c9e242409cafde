package io.poolwright.autoscale;

/**
 * Why a formula was refused, or gave no target.
 *
 * @param code as in Azure Batch where Azure has one (§3.6.1, §16)
 * @param message begins with the place, as Azure's do: {@code Line 1, Col 9: …}
 */
public record FormulaError(Kind kind, String code, String message, int line, int column)
    implements Parsed {

  /** Whom an error concerns. */
  public enum Kind {
    /** The text is no formula: wrong whatever the pool does. */
    PARSE,
    /** An operator or function was given values that it does not take. */
    TYPE,
    /** There are too few samples, or never are any. */
    SAMPLES,
    /** The formula is too long, too deep or too much work. */
    LIMIT,
    /** The values are of the right type and yet cannot be used. */
    RUNTIME
  }

  static final String SYNTAX = "AutoScalingFormulaSyntaxError";
  static final String TYPE = "AutoScalingFormulaTypeError";
  static final String TOO_LONG = "AutoScaleFormulaTooLong";
  static final String TOO_MUCH_WORK = "AutoScalingFormulaTooExpensive";

  /** May be well a minute later. */
  public static final String NO_SAMPLES = "InsufficientSampleData";

  /** Never will be well: see {@link Metric#isSampled}. */
  static final String NOT_SAMPLED = "VariableNotSampled";

  /** Also for targets that the pool cannot have. */
  public static final String EVALUATION = "AutoScalingFormulaEvaluationError";

  /** Whether a code says that the text is no formula: wrong whatever the pool does. */
  public static boolean isOfText(String code) {
    return code.equals(SYNTAX) || code.equals(TOO_LONG);
  }

  static FormulaException parse(Position at, String message) {
    return exception(Kind.PARSE, SYNTAX, at, message);
  }

  static FormulaException type(Position at, String message) {
    return exception(Kind.TYPE, TYPE, at, message);
  }

  static FormulaException samples(Position at, String message) {
    return exception(Kind.SAMPLES, NO_SAMPLES, at, message);
  }

  static FormulaException notSampled(Position at, String message) {
    return exception(Kind.SAMPLES, NOT_SAMPLED, at, message);
  }

  static FormulaException tooLong(Position at, String message) {
    return exception(Kind.LIMIT, TOO_LONG, at, message);
  }

  static FormulaException tooMuchWork(Position at, String message) {
    return exception(Kind.LIMIT, TOO_MUCH_WORK, at, message);
  }

  static FormulaException runtime(Position at, String message) {
    return exception(Kind.RUNTIME, EVALUATION, at, message);
  }

  private static FormulaException exception(Kind kind, String code, Position at, String message) {
    String placed = "Line " + at.line() + ", Col " + at.column() + ": " + message;
    return new FormulaException(new FormulaError(kind, code, placed, at.line(), at.column()));
  }
}
