/** What the reconcilers remember, without a cluster. */
@NullMarked
package io.poolwright.reconcile;

import org.jspecify.annotations.NullMarked;
