/**
 * The tasks of a job's factory: what is decided about them, and the ledger that they have in
 * common.
 */
@NullMarked
package io.poolwright.plan.factory;

import org.jspecify.annotations.NullMarked;
