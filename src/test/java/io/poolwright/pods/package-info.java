/** Tests of the room of the same name. */
@NullMarked
package io.poolwright.pods;

import org.jspecify.annotations.NullMarked;
