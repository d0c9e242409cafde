package io.poolwright.agent;

import io.poolwright.storage.Pause;
import java.io.IOException;
import java.util.Map;

/**
 * The program inside task pods, node pods and the pods that check packages or list objects: {@code
 * stage-in}, {@code stage-out}, {@code packages}, {@code check-package} or {@code list}.
 */
public final class Agent {
  private static final int FAILED = 1;

  private final Surroundings surroundings;

  Agent(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  public static void main(String[] arguments) {
    String verb = arguments.length == 1 ? arguments[0] : "";
    int code =
        new Agent(new Surroundings(Map.copyOf(System.getenv()), System.err, Pause.REAL)).run(verb);
    // Idle threads of the HTTP client would keep the process alive.
    System.exit(code);
  }

  int run(String verb) {
    try (Storage storage = new Storage(surroundings)) {
      switch (verb) {
        case "stage-in" -> {
          new Packages(surroundings, storage, Archive.Limits.DEFAULT).run();
          if (surroundings.variable("POOLWRIGHT_COMMON_FILES").isPresent()) {
            StageIn.common(surroundings, storage).run();
          }
          if (surroundings.variable("POOLWRIGHT_RESOURCE_FILES").isPresent()) {
            new StageIn(surroundings, storage).run();
          }
        }
        case "check-package" ->
            new PackageCheck(surroundings, storage, Archive.Limits.DEFAULT).run();
        case "list" -> new KeyListing(surroundings, storage).run();
        case "packages" -> new Packages(surroundings, storage, Archive.Limits.DEFAULT).run();
        case "stage-out" -> {
          return new StageOut(surroundings, storage).run();
        }
        default -> {
          surroundings.say("use: stage-in | stage-out | packages | check-package | list");
          return 2;
        }
      }
      return 0;
    } catch (AgentFailure failure) {
      return report(failure);
    } catch (IOException | RuntimeException unexpected) {
      String what = unexpected.getClass().getSimpleName() + ": " + unexpected.getMessage();
      return report(
          new AgentFailure(
              AgentFailure.Category.ServerError,
              "InternalError",
              verb + " failed: " + what,
              "spec",
              unexpected));
    }
  }

  private int report(AgentFailure failure) {
    surroundings.say(failure.field() + ": " + failure.code() + ": " + failure.sentence());
    try {
      TerminationMessage.write(surroundings.terminationLog(), TerminationMessage.failure(failure));
    } catch (IOException unwritable) {
      surroundings.say("the termination message could not be written: " + unwritable.getMessage());
    }
    return FAILED;
  }
}
