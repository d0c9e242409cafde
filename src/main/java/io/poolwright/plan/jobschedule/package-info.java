/** When jobs are made. */
@NullMarked
package io.poolwright.plan.jobschedule;

import org.jspecify.annotations.NullMarked;
