/** Tests of the room of the same name. */
@NullMarked
package io.poolwright.status;

import org.jspecify.annotations.NullMarked;
