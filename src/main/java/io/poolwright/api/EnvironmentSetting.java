package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One environment variable. No value means the empty string. */
public record EnvironmentSetting(
    @Required
        @Size(min = 1, max = 256)
        @Pattern("^[A-Za-z_][A-Za-z0-9_.-]*$")
        @JsonPropertyDescription(
            "Name of the variable. Names beginning with AZ_BATCH_ or POOLWRIGHT_ are set by Poolwright.")
        String name,
    @Size(max = 32768)
        @JsonPropertyDescription(
            "Value of the variable, taken as it is: nothing in it is expanded.")
        @Nullable String value) {}
