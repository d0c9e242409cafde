/** The programs. */
@NullMarked
package io.poolwright.main;

import org.jspecify.annotations.NullMarked;
