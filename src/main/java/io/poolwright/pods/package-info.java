/** Builders of node pods and task pods: names, labels, environment, volumes. */
@NullMarked
package io.poolwright.pods;

import org.jspecify.annotations.NullMarked;
