/**
 * What a task costs, measured on a real control plane beside a native Job; started by {@code
 * dev/bench}.
 */
@NullMarked
package io.poolwright.bench;

import org.jspecify.annotations.NullMarked;
