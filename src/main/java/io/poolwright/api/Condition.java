package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * A condition in the sense of Kubernetes' API conventions. {@code reason} comes from the list in
 * {@code docs/reasons.md}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
    @Required @Size(max = 316) String type,
    @Required @Size(max = 16) String status,
    @Required @Size(max = 1024) String reason,
    @Size(max = 32768) @Nullable String message,
    @Required @Size(max = 64) String lastTransitionTime,
    @Nullable Long observedGeneration) {}
