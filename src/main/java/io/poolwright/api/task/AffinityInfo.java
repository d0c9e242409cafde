package io.poolwright.api.task;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * Where a task would rather run (section 7.1 of the reference): a hint, for which nothing waits.
 */
public record AffinityInfo(
    @Required
        @Size(min = 1, max = 253)
        @JsonPropertyDescription(
            "A node's name, or the id of a task of the same job: the node that it has or had last.")
        String affinityId) {}
