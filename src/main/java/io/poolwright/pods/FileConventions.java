package io.poolwright.pods;

import io.poolwright.api.job.Job;
import io.poolwright.api.task.OutputFile;
import io.poolwright.api.task.OutputKind;
import io.poolwright.api.task.Task;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where outputs go under Azure's Batch File Conventions: a container for each job, and in it one
 * place for each kind of output, of the job or of a task.
 */
final class FileConventions {
  private static final String CONTAINER = "[a-z0-9]+(-[a-z0-9]+)*";
  private static final int LONGEST = 63;
  private static final int LONGEST_PART = 15;

  private FileConventions() {}

  /** The path that is asked for, below that of its kind where it has one. */
  static @Nullable String path(OutputFile.Container destination, Task task, Job job) {
    OutputKind kind = destination.fileConventions();
    if (kind == null) {
      return destination.path();
    }
    String container = container(job.getMetadata().getName());
    String path = destination.path() == null ? "" : destination.path();
    // A bucket for this job alone is its container; any other has a directory for it.
    return (container.equals(destination.bucket()) ? "" : container + "/")
        + (kind.ofJob() ? "" : task.id() + "/")
        + "$"
        + kind.inConventions()
        + "/"
        + path;
  }

  /** Jobs whose names make no container's are told apart by a digest. */
  static String container(String job) {
    String plain = "job-" + job;
    if (plain.length() <= LONGEST && plain.matches(CONTAINER)) {
      return plain;
    }
    String part = job.replaceAll("[^a-z0-9]+", "-");
    part = part.substring(0, Math.min(LONGEST_PART, part.length())).replaceAll("^-|-$", "");
    return "job-" + part + "-" + sha1(job);
  }

  // The conventions say which; nothing here relies on it for security.
  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
