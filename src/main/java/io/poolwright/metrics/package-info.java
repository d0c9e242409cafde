/** What the operator counts, and the HTTP port on which it is asked for health and metrics. */
@NullMarked
package io.poolwright.metrics;

import org.jspecify.annotations.NullMarked;
