package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** With what a command may call the API server (section 7.1 of the reference). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AuthenticationTokenSettings(
    @Required
        @Size(min = 1, max = 1)
        @JsonPropertyDescription(
            "Job: to read and patch its own Job, and to create Tasks of it; nothing else.")
        List<Access> access) {

  public AuthenticationTokenSettings {
    access = access == null ? List.of() : List.copyOf(access);
  }

  /** What it may reach. */
  public enum Access {
    @JsonProperty("Job")
    JOB
  }
}
