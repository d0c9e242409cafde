package io.poolwright.autoscale;

/**
 * What keeps a formula from hanging or crashing the operator. Length and statements are Azure's
 * (§3.6.1); the others are far beyond what a person writes.
 *
 * @param characters of the whole text
 * @param depth of parentheses, arguments, choices and calls within each other
 * @param steps one for each part of an expression and each element of a vector that is computed
 * @param results characters of the results string; variables that do not fit are left out
 */
record Limits(int characters, int statements, int depth, long steps, int results) {
  static final Limits DEFAULT = new Limits(8192, 100, 100, 1_000_000, 32_768);
}
