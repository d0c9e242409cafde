/** What the caches are made into, without a cluster. */
@NullMarked
package io.poolwright.cluster;

import org.jspecify.annotations.NullMarked;
