@NullMarked
package io.poolwright.plan.factory;

import org.jspecify.annotations.NullMarked;
