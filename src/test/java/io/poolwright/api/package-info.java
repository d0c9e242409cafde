/** Tests of the room of the same name. */
@NullMarked
package io.poolwright.api;

import org.jspecify.annotations.NullMarked;
