package io.poolwright.it;

/** A command that was started, or a pod that was let go. */
record Ran(String namespace, String task, String taskUid, int attempt, String podUid) {}
