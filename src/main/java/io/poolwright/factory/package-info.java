/** The expansion of task factories: a function from index to task; and sets of indexes. */
@NullMarked
package io.poolwright.factory;

import org.jspecify.annotations.NullMarked;
