package io.poolwright.autoscale;

/** What comes of a text: a formula, or the first reason why it is none. */
public sealed interface Parsed permits Formula, FormulaError {}
