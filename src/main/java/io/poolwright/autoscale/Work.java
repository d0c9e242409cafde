package io.poolwright.autoscale;

/**
 * Counts what an evaluation does, so that it ends: vectors can double with each statement, and
 * there are a hundred of them.
 */
final class Work {
  private long left;

  Work(long steps) {
    this.left = steps;
  }

  void spend(long steps, Position at) {
    left -= steps;
    if (left < 0) {
      throw FormulaError.tooMuchWork(at, "the formula is too much work; it was given up here");
    }
  }
}
