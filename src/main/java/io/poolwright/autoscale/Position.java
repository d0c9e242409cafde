package io.poolwright.autoscale;

/** A place in a formula, both counted from 1; a tab is one column, as is each UTF-16 unit. */
record Position(int line, int column) {}
