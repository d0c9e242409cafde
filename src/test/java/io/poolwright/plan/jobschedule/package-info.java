/** When jobs are made, case by case. */
@NullMarked
package io.poolwright.plan.jobschedule;

import org.jspecify.annotations.NullMarked;
