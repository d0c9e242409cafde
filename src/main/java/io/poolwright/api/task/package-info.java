/** Task: one command, run in a task pod on a node of the job's pool. */
@NullMarked
package io.poolwright.api.task;

import org.jspecify.annotations.NullMarked;
