/** The decisions. Pure: the same snapshot gives the same plan. */
@NullMarked
package io.poolwright.plan;

import org.jspecify.annotations.NullMarked;
