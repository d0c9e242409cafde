package io.poolwright.autoscale;

/** Carries an error out of the depth of a formula; it never leaves this room. */
final class FormulaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient FormulaError error;

  FormulaException(FormulaError error) {
    // A mistake in a formula is no event of the program: its stack says nothing to anybody.
    super(error.message(), null, false, false);
    this.error = error;
  }

  FormulaError error() {
    return error;
  }
}
