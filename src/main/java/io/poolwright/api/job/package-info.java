/** Job: a group of tasks that run on one pool. */
@NullMarked
package io.poolwright.api.job;

import org.jspecify.annotations.NullMarked;
