/** The decisions. Pure: the same snapshot gives the same plan. */
@NullMarked
package io.poolwright.plan.task;

import org.jspecify.annotations.NullMarked;
