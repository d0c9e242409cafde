package io.poolwright.api.job;

import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.UserIdentity;
import io.poolwright.api.task.TaskConstraints;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What preparation and release of a job have in common (section 8 of the reference). */
public sealed interface SpecialTask permits JobPreparationTask, JobReleaseTask {
  /** Its id, given or not. */
  String idOrDefault();

  @Nullable String commandLine();

  List<String> command();

  @Nullable ContainerSettings containerSettings();

  List<EnvironmentSetting> environmentSettings();

  List<ResourceFile> resourceFiles();

  @Nullable UserIdentity userIdentity();

  TaskConstraints limits();
}
