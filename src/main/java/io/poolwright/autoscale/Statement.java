package io.poolwright.autoscale;

import org.jspecify.annotations.Nullable;

/**
 * @param target null where the value is not kept; only {@code stop()} makes that useful
 */
record Statement(Node.@Nullable Name target, Node value) {}
