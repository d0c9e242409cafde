/** One reconciler per kind: gather, plan, apply, say. */
@NullMarked
package io.poolwright.reconcile;

import org.jspecify.annotations.NullMarked;
