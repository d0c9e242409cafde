/**
 * Whole stories of a user on a whole cluster: our chart, our image, real containers, real object
 * storage.
 */
@NullMarked
package io.poolwright.e2e;

import org.jspecify.annotations.NullMarked;
