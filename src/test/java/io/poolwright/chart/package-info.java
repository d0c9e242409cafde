/** Holds the Helm chart to its promises, and lends the roles that it ships to other tests. */
@NullMarked
package io.poolwright.chart;

import org.jspecify.annotations.NullMarked;
