/** What tests are made with: builders, goldens on disk, a clock that is set by hand. */
@NullMarked
package io.poolwright.testing;

import org.jspecify.annotations.NullMarked;
