/** The expansion of task factories. */
@NullMarked
package io.poolwright.factory;

import org.jspecify.annotations.NullMarked;
