/**
 * The formula language that sizes a pool (§3.6 of the Azure Batch reference): text to {@link
 * io.poolwright.autoscale.Formula}, formula and {@link io.poolwright.autoscale.Surroundings} to
 * {@link io.poolwright.autoscale.Evaluation}. Pure: the clock, the samples and the pool's size come
 * from outside, and the same surroundings give the same result, {@code rand()} included.
 */
@NullMarked
package io.poolwright.autoscale;

import org.jspecify.annotations.NullMarked;
