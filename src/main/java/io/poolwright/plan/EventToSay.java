package io.poolwright.plan;

import io.poolwright.status.Reason;

/** An event, said after the status was written. */
public record EventToSay(boolean warning, Reason reason, String message) {}
