/** The programs, wired by hand. */
@NullMarked
package io.poolwright.main;

import org.jspecify.annotations.NullMarked;
