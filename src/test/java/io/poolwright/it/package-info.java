/**
 * Runs the operator in this process against a real API server, with a scripted kubelet and under
 * the roles that the chart ships.
 */
@NullMarked
package io.poolwright.it;

import org.jspecify.annotations.NullMarked;
