/**
 * What the operator remembers of all tasks at a glance: what waits and in which order, who waits
 * for whom, how each job stands. Sees no Kubernetes; {@code cluster} tells it what the watches
 * show, and all of it can be rebuilt from them.
 */
@NullMarked
package io.poolwright.board;

import org.jspecify.annotations.NullMarked;
