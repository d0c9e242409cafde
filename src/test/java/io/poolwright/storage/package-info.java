/** Tests of object storage against a real S3 server in the same process. */
@NullMarked
package io.poolwright.storage;

import org.jspecify.annotations.NullMarked;
