package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A package that nodes of a pool, or a task, are to have. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ApplicationPackageReference(
    @Required
        @Size(min = 1, max = 63)
        @JsonPropertyDescription("Name of an ApplicationPackage in the same namespace.")
        String applicationId,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription("Version; the package's defaultVersion unless given.")
        @Nullable String version) {}
