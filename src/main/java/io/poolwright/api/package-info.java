/**
 * The custom resources: what a user may write and what Poolwright answers. Shapes and rules only,
 * no logic.
 */
@NullMarked
package io.poolwright.api;

import org.jspecify.annotations.NullMarked;
