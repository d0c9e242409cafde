/** ApplicationPackage: versions of an archive that nodes unpack once. */
@NullMarked
package io.poolwright.api.apppackage;

import org.jspecify.annotations.NullMarked;
