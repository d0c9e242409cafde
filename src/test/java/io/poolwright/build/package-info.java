/**
 * What holds the build together: the rules between rooms, the generated files, the training of the
 * image.
 */
@NullMarked
package io.poolwright.build;

import org.jspecify.annotations.NullMarked;
