/** A bucket's keys in parts: how the agent prints them, and how they are kept. */
@NullMarked
package io.poolwright.keys;

import org.jspecify.annotations.NullMarked;
