/**
 * The only room that sees a KubernetesClient: gathering snapshots, applying plans, the ledger,
 * status and events.
 */
@NullMarked
package io.poolwright.cluster;

import org.jspecify.annotations.NullMarked;
