/** What the pages of {@code docs/} promise is so. */
@NullMarked
package io.poolwright.docs;

import org.jspecify.annotations.NullMarked;
