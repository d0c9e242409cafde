/**
 * The data plane: brings files to a task, packages to a node, outputs and logs to object storage,
 * and says in one short message how it went.
 */
@NullMarked
package io.poolwright.agent;

import org.jspecify.annotations.NullMarked;
