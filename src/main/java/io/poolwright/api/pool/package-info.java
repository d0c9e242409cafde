/** Pool: warm compute nodes. */
@NullMarked
package io.poolwright.api.pool;

import org.jspecify.annotations.NullMarked;
