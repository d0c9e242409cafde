package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** As whom a command runs (section 3.9), as far as a container's security context can say it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record UserIdentity(
    @Required @JsonPropertyDescription("A user that nobody has to make.") AutoUser autoUser) {

  /** Section 3.9; each container is apart from the others, so that there is no scope to choose. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record AutoUser(
      @Default("NonAdmin")
          @JsonPropertyDescription(
              "NonAdmin (the default): not root. Admin: root in the container, where node.template.securityContext and the namespace's Pod Security allow it.")
          @Nullable ElevationLevel elevationLevel) {}

  /** What the user may do. */
  public enum ElevationLevel {
    @JsonProperty("NonAdmin")
    NON_ADMIN,
    @JsonProperty("Admin")
    ADMIN
  }

  public boolean runsAsRoot() {
    return autoUser.elevationLevel() == ElevationLevel.ADMIN;
  }
}
