/** A JobSchedule and its parts. */
@NullMarked
package io.poolwright.api.jobschedule;

import org.jspecify.annotations.NullMarked;
