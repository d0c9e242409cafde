package io.poolwright.autoscale;

import org.jspecify.annotations.Nullable;

/**
 * What came of a formula. With an error there are no targets, whatever was assigned before it: the
 * pool keeps its size (§3.6.1).
 *
 * @param results the variables in Azure's form, {@code $TargetDedicatedNodes=3;…}: the targets that
 *     were assigned, under their full names; the deallocation option; then the formula's own
 *     variables in the order of their names, as they were written. After an error, as far as the
 *     formula had come; null if it did not begin
 * @param dedicated null: the formula leaves this target as it is
 * @param lowPriority the same for Spot nodes
 */
public record Evaluation(
    @Nullable String results,
    @Nullable Integer dedicated,
    @Nullable Integer lowPriority,
    NodeDeallocationOption nodeDeallocationOption,
    @Nullable FormulaError error) {

  static Evaluation failed(@Nullable String results, FormulaError error) {
    return new Evaluation(results, null, null, NodeDeallocationOption.REQUEUE, error);
  }
}
