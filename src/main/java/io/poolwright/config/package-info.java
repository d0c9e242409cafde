/** Reads the environment once into one immutable record; a bad value stops the start. */
@NullMarked
package io.poolwright.config;

import org.jspecify.annotations.NullMarked;
