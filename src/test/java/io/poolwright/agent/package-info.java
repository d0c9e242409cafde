/** Tests of the agent against a real object store, and of the image's scripts in a real busybox. */
@NullMarked
package io.poolwright.agent;

import org.jspecify.annotations.NullMarked;
