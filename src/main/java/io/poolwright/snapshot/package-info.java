/** What a decision may look at: immutable, and the reading of the clock is part of it. */
@NullMarked
package io.poolwright.snapshot;

import org.jspecify.annotations.NullMarked;
