package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** The container that a command runs in (Azure's containerSettings). */
public record ContainerSettings(
    @Required
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription("Image in which the command runs.")
        String imageName) {}
