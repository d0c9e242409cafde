/** Condition arithmetic, and the list of reasons that a user may meet. */
@NullMarked
package io.poolwright.status;

import org.jspecify.annotations.NullMarked;
