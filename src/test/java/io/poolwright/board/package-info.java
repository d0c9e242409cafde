/** The order of what waits, and who waits for whom, without a cluster. */
@NullMarked
package io.poolwright.board;

import org.jspecify.annotations.NullMarked;
