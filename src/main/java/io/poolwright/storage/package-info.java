/**
 * Object storage: the only room that sees the MinIO client. Knows buckets, objects, URLs and local
 * files, nothing of tasks.
 */
@NullMarked
package io.poolwright.storage;

import org.jspecify.annotations.NullMarked;
