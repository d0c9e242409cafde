package io.poolwright.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** As which user a command runs. Nodes have no named users. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record UserIdentity(
    @Required @JsonPropertyDescription("A user that nobody has to make.") AutoUser autoUser) {

  /** Who that user is. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record AutoUser(
      @Default("Pool")
          @JsonPropertyDescription(
              "Pool: the same user for the whole pool. There is no user for each task: a task does not see the directories of others anyway.")
          @Nullable Scope scope,
      @Default("NonAdmin")
          @JsonPropertyDescription(
              "NonAdmin: without privileges, also where node.template.securityContext lets commands be root. Admin: user 0.")
          @Nullable ElevationLevel elevationLevel) {}

  /** Who shares the user. */
  public enum Scope {
    @JsonProperty("Pool")
    POOL
  }

  /** What the user may do. */
  public enum ElevationLevel {
    @JsonProperty("NonAdmin")
    NON_ADMIN,
    @JsonProperty("Admin")
    ADMIN
  }

  public boolean elevated() {
    return autoUser.elevationLevel() == ElevationLevel.ADMIN;
  }
}
