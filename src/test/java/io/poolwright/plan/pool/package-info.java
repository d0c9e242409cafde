/** The decisions, case by case: the same snapshot gives the same plan, and the right one. */
@NullMarked
package io.poolwright.plan.pool;

import org.jspecify.annotations.NullMarked;
