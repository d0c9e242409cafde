package io.poolwright.api.apppackage;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.poolwright.api.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a package. */
@JsonClassDescription("Whether they can be referred to.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ApplicationPackageStatus(
    @Nullable Long observedGeneration, List<Condition> conditions) {
  public ApplicationPackageStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
