package io.poolwright.main;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.api.task.TaskSpec;
import io.poolwright.factory.Factory;
import io.poolwright.factory.InvalidFactory;
import io.poolwright.factory.Listing;
import io.poolwright.plan.Complaint;
import io.poolwright.plan.task.TaskInput;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a factory, one JSON object a line, each written as soon as it is made. Nothing is
 * written of a factory that is wrong.
 */
final class FactoryExpand {
  private static final JsonInclude.Value ONLY_WHAT_IS_THERE =
      JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL);

  private static final ObjectMapper JSON =
      JsonMapper.builder().defaultPropertyInclusion(ONLY_WHAT_IS_THERE).build();

  private final Writer out;
  private final PrintWriter err;

  FactoryExpand(Writer out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /** 0, or 2 where file or factory is wrong. */
  int run(Path file, @Nullable Path listing) throws IOException {
    Factory factory;
    try {
      factory = factory(file, listing);
    } catch (InvalidFactory e) {
      err.println((e.path().isEmpty() ? "taskFactory" : e.path()) + ": " + e.getMessage());
      err.flush();
      return 2;
    }
    for (long i = 0; i < factory.size(); i++) {
      line(JSON.writeValueAsString(factory.task(i)));
    }
    TaskSpec merge = factory.mergeTask();
    if (merge != null) {
      line(JSON.writeValueAsString(merge));
    }
    out.flush();
    return 0;
  }

  private static Factory factory(Path file, @Nullable Path listing) throws InvalidFactory {
    FactoryFile found = FactoryFile.read(file);
    boolean perFile = found.factory().type() == TaskFactory.Kind.TASK_PER_FILE;
    if (!perFile && listing != null) {
      throw new InvalidFactory("--files", "goes with type TaskPerFile only");
    }
    if (perFile && listing == null) {
      throw new InvalidFactory(
              "source", "say which objects are in it: --files LISTING, with one key a line")
          .below(found.place());
    }
    Listing files = listing == null ? null : FactoryFile.listing(listing);
    try {
      Factory factory = Factory.of(found.factory(), files);
      check(factory, found.factory().type() == TaskFactory.Kind.TASK_COLLECTION);
      return factory;
    } catch (InvalidFactory e) {
      throw e.below(found.place());
    }
  }

  /** What a cluster would say of single tasks: that they can never run. */
  private static void check(Factory factory, boolean collection) throws InvalidFactory {
    for (long i = 0; i < factory.size(); i++) {
      check(
          collection ? "tasks[" + i + "]." : "repeatTask.",
          factory.task(i),
          collection ? "" : " (task " + i + ")");
    }
    TaskSpec merge = factory.mergeTask();
    if (merge != null) {
      check("mergeTask.", merge, "");
    }
  }

  private static void check(String at, TaskSpec task, String which) throws InvalidFactory {
    Optional<String> wrong = TaskInput.own(at, task).map(Complaint::message);
    if (wrong.isPresent()) {
      String[] parts = wrong.get().split(": ", 2);
      throw new InvalidFactory(parts[0], parts[1] + which);
    }
  }

  private void line(String json) throws IOException {
    out.write(json);
    out.write('\n');
  }
}
