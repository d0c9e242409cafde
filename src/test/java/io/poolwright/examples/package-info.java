/** The manifests in {@code examples/}: what a reader copies is what the schema accepts. */
@NullMarked
package io.poolwright.examples;

import org.jspecify.annotations.NullMarked;
