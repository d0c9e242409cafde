package io.poolwright.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.poolwright.storage.ObjectStore;
import io.poolwright.storage.StorageCredentials;
import io.poolwright.storage.StorageFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Stores what a task leaves behind, and reports how its command ended. */
final class StageOut {
  private static final int WIDTH = 6;
  private static final int TAIL = 1024;

  /** Logs are worth less waiting than outputs: a slot waits with them. */
  private static final Duration LOG_PATIENCE = Duration.ofSeconds(60);

  private final Surroundings surroundings;
  private final FileSelection.Access access;
  private final Storage storage;
  private final Path task;
  private final CommandEnd end;
  private final AtomicLong files = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private @Nullable AgentFailure failure;
  private @Nullable AgentFailure logsFailure;
  private boolean logsNowhere;

  StageOut(Surroundings surroundings, Storage storage) {
    this(surroundings, storage, FileSelection.Access.REAL);
  }

  StageOut(Surroundings surroundings, Storage storage, FileSelection.Access access) {
    this.surroundings = surroundings;
    this.access = access;
    this.storage = storage;
    this.task = surroundings.taskDirectory();
    this.end = CommandEnd.read(surroundings.run());
  }

  /** Returns the exit code of the container. */
  int run() throws IOException {
    try {
      JsonNode request = Requests.read(surroundings, "POOLWRIGHT_OUTPUTS");
      for (JsonNode output : request.path("files")) {
        if (!hopeless()) {
          outputs(output);
        }
      }
      logs(request);
    } catch (AgentFailure broken) {
      failed(broken);
    }
    TerminationMessage.write(surroundings.terminationLog(), report());
    return failure == null ? 0 : 1;
  }

  private void outputs(JsonNode output) {
    String field = Requests.field(output);
    try {
      if (applies(Requests.text(output, "uploadCondition").orElse("TaskCompletion"), field)) {
        upload(output, field);
      }
    } catch (StorageFailure problem) {
      failed(AgentFailure.outgoing(problem, field));
    } catch (IOException problem) {
      failed(AgentFailure.outgoing(StorageFailure.local(problem, task), field));
    } catch (AgentFailure problem) {
      failed(problem);
    }
  }

  private boolean applies(String condition, String field) throws AgentFailure {
    return switch (condition.toLowerCase(Locale.ROOT)) {
      case "tasksuccess" -> end.succeeded();
      case "taskfailure" -> !end.succeeded();
      case "taskcompletion" -> true;
      default ->
          throw new AgentFailure(
              "OutputFileInvalidCondition",
              "uploadCondition \""
                  + condition
                  + "\" is none of TaskSuccess, TaskFailure, TaskCompletion.",
              field);
    };
  }

  private void upload(JsonNode output, String field)
      throws StorageFailure, IOException, AgentFailure {
    FilePattern pattern = pattern(output, field);
    JsonNode destination = output.path("destination");
    FileSelection selection = new FileSelection(task, access, surroundings::say);
    List<FileSelection.Selected> selected = selection.select(pattern);
    if (selected.isEmpty() && selection.closed().isEmpty()) {
      surroundings.say(
          field + ": no file matches " + Requests.text(output, "filePattern").orElse(""));
      return;
    }
    if (!selected.isEmpty()) {
      store(selected, pattern.wildcard(), destination, field);
    }
    if (!selection.closed().isEmpty()) {
      throw new AgentFailure(
          "FileUploadMiscError",
          String.join(", ", new TreeSet<>(selection.closed()))
              + " cannot be read by the uploader, so what filePattern selects there was not"
              + " stored. Let the command leave its directories readable for their group (umask"
              + " 0027 or wider), or write a pattern that does not lead there.",
          field);
    }
  }

  private void store(
      List<FileSelection.Selected> selected, boolean wildcard, JsonNode destination, String field)
      throws StorageFailure, IOException, AgentFailure {
    String path = Requests.text(destination, "path").orElse("").replaceFirst("^/+", "");
    ObjectStore store = storage.store();
    Optional<String> named = Requests.text(destination, "bucket");
    String bucket = named.isPresent() ? named.get() : storage.linkedBucket();
    Map<String, String> headers = headers(destination);
    List<Parallel.Transfer> transfers = new ArrayList<>();
    for (FileSelection.Selected file : selected) {
      String key =
          wildcard
              ? join(path, file.name())
              : path.isEmpty() ? file.name() : path.endsWith("/") ? path + file.name() : path;
      transfers.add(() -> put(store, file.file(), bucket, key, headers, field));
    }
    new Parallel(WIDTH).run(transfers);
  }

  /** Names of headers are the same in any case. */
  private static Map<String, String> headers(JsonNode destination) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (JsonNode header : destination.path("headers")) {
      Requests.text(header, "value")
          .ifPresent(value -> headers.put(Requests.text(header, "name").orElse(""), value));
    }
    return headers;
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() || directory.endsWith("/")
        ? directory + name
        : directory + "/" + name;
  }

  /** Those of the service, and those of the task's own that its patterns name. */
  private Map<String, String> variables(JsonNode output) {
    Map<String, String> variables = new HashMap<>();
    surroundings
        .environment()
        .forEach((name, value) -> {
          if (name.startsWith("AZ_BATCH_")) {
            variables.put(name, value);
          }
        });
    output
        .path("variables")
        .properties()
        .forEach(own -> variables.put(own.getKey(), own.getValue().asText()));
    return variables;
  }

  private FilePattern pattern(JsonNode output, String field) throws AgentFailure {
    try {
      return FilePattern.parse(
          Requests.text(output, "filePattern").orElse(""),
          variables(output),
          task.toString(),
          surroundings.workingDirectory().toString());
    } catch (IllegalArgumentException invalid) {
      throw new AgentFailure(
          "OutputFileInvalidPattern", String.valueOf(invalid.getMessage()), field);
    }
  }

  private long put(
      ObjectStore store,
      Path file,
      String bucket,
      String key,
      Map<String, String> headers,
      String field)
      throws AgentFailure {
    try {
      long size = store.upload(file, bucket, key, headers);
      files.incrementAndGet();
      bytes.addAndGet(size);
      return size;
    } catch (StorageFailure problem) {
      throw AgentFailure.outgoing(problem, field);
    }
  }

  private void logs(JsonNode request) {
    String when = Requests.text(request, "logs").orElse("Never").toLowerCase(Locale.ROOT);
    boolean wanted = when.equals("always") || (when.equals("onfailure") && !end.succeeded());
    if (!wanted || hopeless()) {
      return;
    }
    if (!StorageCredentials.present(surroundings.storage())) {
      // Nobody asked for logs by name: a namespace without linked storage simply has none.
      logsNowhere = true;
      return;
    }
    try {
      ObjectStore store = storage.store().withPatience(LOG_PATIENCE);
      String bucket = storage.linkedBucket();
      String prefix = Requests.text(request, "logsPrefix").orElse("");
      for (String name : List.of("stdout.txt", "stderr.txt")) {
        Optional<Path> file = log(name);
        if (file.isPresent()) {
          put(store, file.get(), bucket, prefix + name, Map.of(), "logs");
        }
      }
    } catch (StorageFailure problem) {
      logsFailed(AgentFailure.outgoing(problem, "logs"));
    } catch (AgentFailure problem) {
      logsFailed(problem);
    }
  }

  /** A log of the task, unless the task has put something else in its place. */
  private Optional<Path> log(String name) {
    try {
      Path file = task.toRealPath().resolve(name);
      if (Files.isRegularFile(file) && file.toRealPath().startsWith(task.toRealPath())) {
        return Optional.of(file.toRealPath());
      }
    } catch (IOException absent) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private boolean hopeless() {
    AgentFailure known = failure;
    return known != null
        && known.getCause() instanceof StorageFailure cause
        && switch (cause.kind()) {
          case TIMED_OUT, SECRET_INVALID, SECRET_KEY_MISSING, SECRET_NOT_FOUND -> true;
          default -> false;
        };
  }

  private void failed(AgentFailure problem) {
    surroundings.say(problem.field() + ": " + problem.code() + ": " + problem.sentence());
    if (failure == null) {
      failure = problem;
    }
  }

  private void logsFailed(AgentFailure problem) {
    surroundings.say("logs: " + problem.code() + ": " + problem.sentence());
    logsFailure = problem;
  }

  private ObjectNode report() throws IOException {
    ObjectNode message = TerminationMessage.object();
    end.exitCode()
        .ifPresentOrElse(code -> message.put("exitCode", code), () -> message.putNull("exitCode"));
    message.put("killed", end.killed());
    end.startedAt().ifPresent(time -> message.put("startedAt", time.toString()));
    end.endedAt().ifPresent(time -> message.put("endedAt", time.toString()));
    message.put("uploaded", files.get()).put("uploadedBytes", bytes.get());
    AgentFailure known = failure;
    message.set("failure", known == null ? null : TerminationMessage.failure(known));
    AgentFailure ofLogs = logsFailure;
    if (ofLogs != null) {
      message.set("logsFailure", TerminationMessage.failure(ofLogs));
    }
    if (logsNowhere) {
      message.put("logsStored", false);
    }
    if (!end.succeeded()) {
      message.put("stderrTail", tail());
    }
    return message;
  }

  private String tail() {
    Optional<Path> file = log("stderr.txt");
    if (file.isEmpty()) {
      return "";
    }
    try (RandomAccessFile in = new RandomAccessFile(file.get().toFile(), "r")) {
      long start = Math.max(0, in.length() - TAIL - 4);
      in.seek(start);
      byte[] end = new byte[(int) (in.length() - start)];
      in.readFully(end);
      return TerminationMessage.tail(end, TAIL);
    } catch (IOException unreadable) {
      return "";
    }
  }
}
