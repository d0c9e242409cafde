package io.poolwright.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.poolwright.testing.Case;
import io.poolwright.testing.Goldens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code poolwright factory expand}: what goes in, what comes out. */
class FactoryExpandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private record Answer(int code, List<String> lines, String complaint) {}

  private static Answer run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("factory", "expand"));
    all.addAll(Arrays.asList(arguments));
    try {
      int code =
          new CommandLineTool(
                  new BufferedReader(new StringReader("")),
                  out,
                  new PrintWriter(err),
                  OutputStream.nullOutputStream(),
                  Clock.systemUTC())
              .run(all);
      return new Answer(code, out.toString().lines().toList(), err.toString().strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new line is written ¶ in the cases. */
  private Path file(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text.replace('¶', '\n'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of a factory that is well: its tasks. */
  private List<String> tasks(String text, String... options) {
    Answer answer = answer(text, options);
    assertThat(answer.complaint()).isEmpty();
    assertThat(answer.code()).isZero();
    return answer.lines();
  }

  private Answer answer(String text, String... options) {
    List<String> arguments = new ArrayList<>(List.of(file("factory", text).toString()));
    arguments.addAll(Arrays.asList(options));
    return run(arguments.toArray(String[]::new));
  }

  /** The cases are in src/test/resources/FactoryExpand. */
  @TestFactory
  Stream<DynamicTest> expansions() {
    return Goldens.plans("FactoryExpand", this::expand);
  }

  private Object expand(Case seen) {
    String text = "{\"taskFactory\": " + seen.setting("taskFactory") + "}";
    List<String> files = new ArrayList<>();
    seen.setting("files").forEach(f -> files.add(f.textValue()));
    List<String> tasks =
        files.isEmpty()
            ? tasks(text)
            : tasks(text, "--files", file("files", String.join("\n", files)).toString());
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("lines", tasks.size());
    shown.put("tasks", tasks.size() > 12 ? ends(tasks) : tasks);
    return shown;
  }

  private static List<String> ends(List<String> tasks) {
    List<String> ends = new ArrayList<>(tasks.subList(0, 4));
    ends.add("…");
    ends.addAll(tasks.subList(tasks.size() - 3, tasks.size()));
    return ends;
  }

  private static final String SWEEP =
      "type: ParametricSweep, parameterSets: [{start: 1, end: 3}], repeatTask: {commandLine: 'x {0}'}";

  private static final String EXPANDED =
      """
      {"id":"0","commandLine":"x 1"}
      {"id":"1","commandLine":"x 2"}
      {"id":"2","commandLine":"x 3"}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{%s}",
        "{taskFactory: {%s}}",
        "apiVersion: poolwright.io/v1alpha1¶kind: Job¶metadata: {name: j}¶spec: {poolInfo: {poolId: p}, taskFactory: {%s}}",
        "kind: Secret¶type: Opaque¶---¶kind: Job¶spec: {taskFactory: {%s}}",
        "kind: Pool¶---¶kind: Job¶spec: {taskFactory: {%s}}¶---¶",
        "parameters: {}¶job: {type: Microsoft.Batch/batchAccounts/jobs, properties: {id: j, taskFactory: {%s}}}",
        "type: Microsoft.Batch/batchAccounts/jobs¶properties: {taskFactory: {%s}}",
        "job: {id: j, taskFactory: {%s}}",
      })
  void aFactoryIsFoundWhereItStands(String text) {
    // What begins with a brace is read as JSON.
    assertThat(tasks("# A job¶" + text.formatted(SWEEP)))
        .containsExactlyElementsOf(EXPANDED.lines().toList());
  }

  @Test
  void jsonMayBeIndentedWithTabs() {
    assertThat(
            tasks(
                """
                {
                \t"taskFactory": {
                \t\t"type": "parametricSweep",
                \t\t"parameterSets": [{"start": 1, "end": 3, "step": 1}],
                \t\t"repeatTask": {"commandLine": "x {0}"}
                \t}
                }
                """))
        .containsExactlyElementsOf(EXPANDED.lines().toList());
  }

  @Test
  void aHundredThousandTasks() throws IOException {
    List<String> tasks =
        tasks(
            "type: ParametricSweep¶parameterSets: [{start: 1, end: 1000}, {start: 0, end: 99}]¶"
                + "repeatTask: {commandLine: 'render {0:4} {1}'}¶mergeTask: {commandLine: done}¶");
    assertThat(tasks).hasSize(100_001);
    for (int i = 0; i < 100_000; i += 777) {
      JsonNode task = JSON.readTree(tasks.get(i));
      assertThat(task.path("id").asText()).isEqualTo(Integer.toString(i));
      assertThat(task.path("commandLine").asText())
          .isEqualTo("render %04d %d".formatted(i / 100 + 1, i % 100));
    }
    assertThat(tasks.getLast())
        .isEqualTo(
            "{\"id\":\"merge\",\"commandLine\":\"done\","
                + "\"dependsOn\":{\"taskIdRanges\":[{\"start\":0,\"end\":99999}]}}");
  }

  @Test
  void noFilesAreNoTasks() {
    String listing = file("none", "¶").toString();
    assertThat(
            tasks(
                "type: TaskPerFile¶source: {prefix: a/}¶repeatTask: {commandLine: 'x {url}'}¶mergeTask: {commandLine: m}",
                "--files",
                listing))
        .containsExactly("{\"id\":\"merge\",\"commandLine\":\"m\"}");
  }

  /** Each in a Job's spec.taskFactory; nothing is written before the complaint. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "type: Sweep ~ spec.taskFactory.type: must be one of ParametricSweep, TaskPerFile, TaskCollection, Product, Zip, Combinations, Permutations, Random, Repeat",
        "repeatTask: {} ~ spec.taskFactory.type: is required",
        "type: Repeat, times: 3 ~ spec.taskFactory.times: there is no such field: the fields are type, parameterSets, length, replacement, count, seed, random, source, tasks, repeatTask, mergeTask",
        "type: ParametricSweep, repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets: is required with type ParametricSweep",
        "type: ParametricSweep, parameterSets: [{start: 1, end: 2}] ~ spec.taskFactory.repeatTask: is required with type ParametricSweep",
        "type: ParametricSweep, parameterSets: [], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets: must have 1 to 64 items",
        "type: ParametricSweep, parameterSets: [{start: 1}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].end: is required",
        "type: ParametricSweep, parameterSets: [{end: 1}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].start: is required",
        "type: ParametricSweep, parameterSets: [{}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0]: give start and end, or values",
        "type: Product, parameterSets: [{start: 1, end: 2, values: [a]}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0]: give start and end, or values",
        "type: Product, parameterSets: [{values: [a]}, {values: [1]}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[1].values[0]: must be text; a number or true goes in quotes",
        "type: ParametricSweep, parameterSets: [{values: [a]}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].values: a ParametricSweep takes numbers, start to end; type Product takes values too",
        "type: ParametricSweep, parameterSets: [{start: 1, end: 2, step: 0}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].step: must not be 0; leave it out for 1",
        "type: ParametricSweep, parameterSets: [{start: 1, end: 1, step: 0}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].step: must not be 0; leave it out for 1",
        "type: ParametricSweep, parameterSets: [{start: 1, end: 2, step: -1}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].step: leads from 1 away from end, 2; downward the step is negative",
        "type: ParametricSweep, parameterSets: [{start: 2, end: 1}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].step: leads from 2 away from end, 1; downward the step is negative",
        "type: ParametricSweep, parameterSets: [{start: 1.5, end: 2}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].start: must be a whole number",
        "type: ParametricSweep, parameterSets: [{start: '1', end: 2}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].start: must be a whole number",
        "type: ParametricSweep, parameterSets: [{start: 1, end: 1e4}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].end: must be a whole number",
        "type: ParametricSweep, parameterSets: [{start: 1, end: 99999999999999999999}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].end: must be from -9007199254740991 to 9007199254740991",
        "type: ParametricSweep, parameterSets: {start: 1}, repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets: must be a list",
        "type: ParametricSweep, parameterSets: [1], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0]: must be an object, with fields",
        "type: ParametricSweep, parameterSets: [{start: 1, end: 1000001}], repeatTask: {command: [x]} ~ spec.taskFactory: makes 1000001 tasks; a job has at most 1000000",
        "type: Product, parameterSets: [{start: 1, end: 9e15}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[0].end: must be a whole number",
        "type: Product, parameterSets: [{start: 0, end: 9007199254740991}, {start: 0, end: 9007199254740991}], repeatTask: {command: [x]} ~ spec.taskFactory: makes 81129638414606681695789005144064 tasks; a job has at most 1000000",
        "type: Zip, parameterSets: [{start: 1, end: 3}, {values: [a, b]}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets[1]: has 2 values and the first set 3; Zip takes sets of one size",
        "type: Combinations, length: 3, parameterSets: [{values: [a, b]}], repeatTask: {command: [x]} ~ spec.taskFactory.length: is 3, but there are only 2 values",
        "type: Permutations, length: 3, parameterSets: [{values: [a, b]}], repeatTask: {command: [x]} ~ spec.taskFactory.length: is 3, but there are only 2 values",
        "type: Permutations, length: 2, replacement: true, parameterSets: [{values: [a, b]}], repeatTask: {command: [x]} ~ spec.taskFactory.replacement: does not go with type Permutations",
        "type: Permutations, length: 2, parameterSets: [{values: [a, b]}, {values: [a, b]}], repeatTask: {command: [x]} ~ spec.taskFactory.parameterSets: Permutations chooses from exactly one set",
        "type: Combinations, parameterSets: [{values: [a, b]}], repeatTask: {command: [x]} ~ spec.taskFactory.length: is required with type Combinations",
        "type: Combinations, length: 0, parameterSets: [{values: [a, b]}], repeatTask: {command: [x]} ~ spec.taskFactory.length: must be from 1 to 64",
        "type: Product, length: 2, parameterSets: [{values: [a, b]}], repeatTask: {command: [x]} ~ spec.taskFactory.length: does not go with type Product",
        "type: Combinations, length: 30, parameterSets: [{start: 1, end: 60}], repeatTask: {command: [x]} ~ spec.taskFactory: makes 118264581564861424 tasks; a job has at most 1000000",
        "type: Repeat, repeatTask: {command: [x]} ~ spec.taskFactory.count: is required with type Repeat",
        "type: Repeat, count: 1000001, repeatTask: {command: [x]} ~ spec.taskFactory.count: must be from 1 to 1000000",
        "type: Repeat, count: 3, seed: 3, repeatTask: {command: [x]} ~ spec.taskFactory.seed: does not go with type Repeat",
        "type: Random, count: 3, repeatTask: {command: [x]} ~ spec.taskFactory.random: is required with type Random",
        "type: Random, count: 3, random: [{}], repeatTask: {command: [x]} ~ spec.taskFactory.random[0]: name exactly one distribution",
        "type: Random, count: 3, random: [{pareto: {alpha: 1}, exponential: {lambda: 1}}], repeatTask: {command: [x]} ~ spec.taskFactory.random[0]: name exactly one distribution",
        "type: Random, count: 3, random: [{cauchy: {}}], repeatTask: {command: [x]} ~ spec.taskFactory.random[0].cauchy: there is no such field: the fields are integer, uniform, triangular, beta, exponential, gamma, gauss, lognormal, pareto, weibull",
        "type: Random, count: 3, random: [{integer: {min: 2, max: 1}}], repeatTask: {command: [x]} ~ spec.taskFactory.random[0].integer: min must not be above max",
        "type: Random, count: 3, random: [{integer: {min: 2}}], repeatTask: {command: [x]} ~ spec.taskFactory.random[0].integer.max: is required",
        "type: Random, count: 3, random: [{uniform: {a: 2, b: 1}}], repeatTask: {command: [x]} ~ spec.taskFactory.random[0].uniform: a must not be above b",
        "type: Random, count: 3, random: [{triangular: {low: 0, high: 1, mode: 2}}], repeatTask: {command: [x]} ~ spec.taskFactory.random[0].triangular: low must not be above mode, nor mode above high",
        "type: Random, count: 3, random: [{gamma: {alpha: 0, beta: 1}}], repeatTask: {command: [x]} ~ spec.taskFactory.random[0].gamma.alpha: must be from 1.0E-6 to 1000000",
        "type: Random, count: 3, random: [{gauss: {mu: 0, sigma: -1}}], repeatTask: {command: [x]} ~ spec.taskFactory.random[0].gauss.sigma: must be from 0 to 1000000000000000",
        "type: Random, count: 3, random: [{uniform: {a: 0, b: 1}}], repeatTask: {command: ['{0:3}']} ~ spec.taskFactory.repeatTask.command[0]: column 1: {0:3}: zeros go before whole numbers only, and only where none is negative",
        "type: ParametricSweep, parameterSets: [{start: -1, end: 2}], repeatTask: {commandLine: 'a {0:3}'} ~ spec.taskFactory.repeatTask.commandLine: column 3: {0:3}: zeros go before whole numbers only, and only where none is negative",
        "type: Repeat, count: 3, repeatTask: {commandLine: 'a {1}'} ~ spec.taskFactory.repeatTask.commandLine: column 3: there is no {1} here, but {0}",
        "type: Repeat, count: 3, repeatTask: {displayName: '{', commandLine: a} ~ spec.taskFactory.repeatTask.displayName: column 1: '{' is not closed; a brace itself is written {{",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, containerSettings: {imageName: 'a}'}} ~ spec.taskFactory.repeatTask.containerSettings.imageName: column 2: a lone '}'; a brace itself is written }}",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, containerSettings: {imageName: a, registry: {userName: me}}} ~ spec.taskFactory.repeatTask.containerSettings.registry: there is no such field: imagePullSecrets names the Secrets that have the registry's credentials; the fields are imageName, workingDirectory, imagePullSecrets, containerRunOptions",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, environmentSettings: [{name: A, value: '{x}'}]} ~ spec.taskFactory.repeatTask.environmentSettings[0].value: column 1: there is no {x} here, but {0}",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, environmentSettings: [{name: 'A{0}'}]} ~ spec.taskFactory.repeatTask.environmentSettings[0].name: does not match ^[A-Za-z_][A-Za-z0-9_.-]*$",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, resourceFiles: [{storageUrl: 's3://b/{x}'}]} ~ spec.taskFactory.repeatTask.resourceFiles[0].storageUrl: column 8: there is no {x} here, but {0}",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, resourceFiles: [{storageUrl: '{0}'}]} ~ spec.taskFactory.repeatTask.resourceFiles[0].storageUrl: does not become s3://bucket/key",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, resourceFiles: [{httpUrl: '{0}', filePath: f}]} ~ spec.taskFactory.repeatTask.resourceFiles[0].httpUrl: does not become an address, https://… or s3://bucket/key",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, resourceFiles: [{httpUrl: 'https://h/{0}'}]} ~ spec.taskFactory.repeatTask.resourceFiles[0]: httpUrl needs filePath, the name that the file gets",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, resourceFiles: [{filePath: f}]} ~ spec.taskFactory.repeatTask.resourceFiles[0]: name exactly one source: storageUrl, httpUrl or autoStorageContainerName",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, resourceFiles: [{autoStorageContainerName: '{0}'}]} ~ spec.taskFactory.repeatTask.resourceFiles[0].autoStorageContainerName: may become shorter than 3 characters",
        "type: Product, parameterSets: [{values: [a/b, /c]}], repeatTask: {commandLine: a, outputFiles: [{filePattern: x, destination: {container: {path: '{0}'}}}]} ~ spec.taskFactory.repeatTask.outputFiles[0].destination.container.path: must not begin with '/'",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, outputFiles: [{filePattern: x, destination: {}}]} ~ spec.taskFactory.repeatTask.outputFiles[0].destination.container: is required",
        "type: TaskCollection, tasks: [{id: a, commandLine: a, outputFiles: [{filePattern: x, destination: {container: {}}}, {filePattern: x, destination: null}]}] ~ spec.taskFactory.tasks[0].outputFiles[1].destination: is required",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, outputFiles: [{filePattern: x, destination: {container: {uploadHeaders: [{name: 'A{0}'}]}}}]} ~ spec.taskFactory.repeatTask.outputFiles[0].destination.container.uploadHeaders[0].name: does not match ^(?i)(content-(type",
        "type: Product, parameterSets: [{values: [a, 'b ']}], repeatTask: {commandLine: a, outputFiles: [{filePattern: x, destination: {container: {uploadHeaders: [{name: Expires, value: '{0}'}]}}}]} ~ spec.taskFactory.repeatTask.outputFiles[0].destination.container.uploadHeaders[0].value: may hold printable ASCII only",
        "type: Product, parameterSets: [{values: [s3://a/b, c]}], repeatTask: {commandLine: a, resourceFiles: [{storageUrl: '{0}'}]} ~ spec.taskFactory.repeatTask.resourceFiles[0].storageUrl: does not become s3://bucket/key",
        "type: Product, parameterSets: [{values: [a, '']}], repeatTask: {commandLine: '{0}'} ~ spec.taskFactory.repeatTask.commandLine: may become empty",
        "type: Repeat, count: 3, repeatTask: {} ~ spec.taskFactory.repeatTask: give exactly one of commandLine (a string, split like a shell splits words) and command (a list)",
        "type: Repeat, count: 3, repeatTask: {command: [a], commandLine: a} ~ spec.taskFactory.repeatTask: give exactly one of commandLine (a string, split like a shell splits words) and command (a list)",
        "type: Repeat, count: 3, repeatTask: {commandLine: 5} ~ spec.taskFactory.repeatTask.commandLine: must be text; a number or true goes in quotes",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, id: b} ~ spec.taskFactory.repeatTask.id: there is no such field: the id is the task's index; the fields are displayName, commandLine, command, containerSettings, environmentSettings, resourceFiles, outputFiles, applicationPackageReferences, userIdentity, requiredSlots, resources, constraints",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, dependsOn: {taskIds: ['1']}} ~ spec.taskFactory.repeatTask.dependsOn: there is no such field: tasks of a factory cannot depend on others, and mergeTask depends on all; the fields are",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, constraints: {maxWallClockTime: soon}} ~ spec.taskFactory.repeatTask.constraints.maxWallClockTime: does not match",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, resources: {gpu: 1}} ~ spec.taskFactory.repeatTask.resources.gpu: name cpu, memory, ephemeral-storage, or a device of the machine as DOMAIN/NAME",
        "type: Repeat, count: 3, repeatTask: {commandLine: a, resources: {requests.nvidia.com/gpu: 1}} ~ spec.taskFactory.repeatTask.resources.requests.nvidia.com/gpu: name cpu, memory",
        "type: Repeat, count: 3, repeatTask: {commandLine: a}, mergeTask: {commandLine: a, resources: {memory: 0}} ~ spec.taskFactory.mergeTask.resources.memory: 0 is no amount of more than 0; one is for example 500m or 2Gi",
        "type: TaskCollection, tasks: [{id: a, commandLine: a, resources: {nvidia.com/gpu: 1500m}}] ~ spec.taskFactory.tasks[0].resources.nvidia.com/gpu: 1500m is no whole number; the machine gives a device whole or not at all",
        "type: Repeat, count: 3, repeatTask: {commandLine: a}, mergeTask: {id: m, commandLine: b} ~ spec.taskFactory.mergeTask.id: cannot be chosen: it is \"merge\"",
        "type: Repeat, count: 3, repeatTask: {commandLine: a}, mergeTask: {} ~ spec.taskFactory.mergeTask: give exactly one of",
        "type: TaskCollection, tasks: [{commandLine: a}] ~ spec.taskFactory.tasks[0].id: is required",
        "type: TaskCollection, tasks: [{id: a, commandLine: a}, {id: a, commandLine: a}] ~ spec.taskFactory.tasks[1].id: \"a\" is another task's already",
        "type: TaskCollection, tasks: [{id: A, commandLine: a}] ~ spec.taskFactory.tasks[0].id: does not match ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        "type: TaskCollection, tasks: [{id: a, jobId: j, commandLine: a}] ~ spec.taskFactory.tasks[0].jobId: is for Task objects; a task of a factory belongs to its job",
        "type: TaskCollection, tasks: [{id: a, commandLine: a}], mergeTask: {commandLine: b} ~ spec.taskFactory.mergeTask: does not go with type TaskCollection",
        "type: TaskCollection, tasks: [{id: a, commandLine: a, dependsOn: {taskIds: [b, a]}}] ~ spec.taskFactory.tasks[0].dependsOn: names the task itself, which would wait for ever",
        "type: TaskCollection, tasks: [{id: '07', commandLine: a, dependsOn: {taskIdRanges: [{start: 1, end: 9}]}}] ~ spec.taskFactory.tasks[0].dependsOn: names the task itself, which would wait for ever",
        "type: TaskCollection, tasks: [{id: a, commandLine: a, dependsOn: {taskIdRanges: [{start: 2, end: 1}]}}] ~ spec.taskFactory.tasks[0].dependsOn.taskIdRanges[0]: start is after end; give the smaller number first",
        "type: TaskCollection, tasks: [{id: a, commandLine: a, exitConditions: {exitCodeRanges: [{start: 2, end: 1, exitOptions: {jobAction: None}}]}}] ~ spec.taskFactory.tasks[0].exitConditions.exitCodeRanges[0]: start is after end; give the smaller code first",
        "type: TaskCollection, tasks: [{id: a, commandLine: a, exitConditions: {exitCodes: [{code: 1, exitOptions: {jobAction: None}}], default: {}}}] ~ spec.taskFactory.tasks[0].exitConditions: give jobAction, dependencyAction or both",
        "type: TaskCollection, tasks: [{id: a, commandLine: a, requiredSlots: 2, multiInstanceSettings: {numberOfInstances: 2, coordinationCommandLine: x}}] ~ spec.taskFactory.tasks[0].requiredSlots: must be 1 beside multiInstanceSettings; leave it out",
        "type: TaskCollection, tasks: [{id: a, commandLine: a}, {id: b, commandLine: a, environmentSettings: [{name: AZ_BATCH_JOB_ID, value: x}]}] ~ spec.taskFactory.tasks[1].environmentSettings: AZ_BATCH_JOB_ID is set by Poolwright; choose another name",
        "type: Repeat, count: 2, repeatTask: {commandLine: a, environmentSettings: [{name: AZ_BATCH_X, value: x}]} ~ spec.taskFactory.repeatTask.environmentSettings: AZ_BATCH_X is set by Poolwright; choose another name (task 0)",
        "type: Product, parameterSets: [{values: [a, ..]}], repeatTask: {commandLine: a, resourceFiles: [{storageUrl: 's3://b/k', filePath: '{0}/x'}]} ~ spec.taskFactory.repeatTask.resourceFiles[0].filePath: ../x leaves the task's working directory; give a relative path without '..' (task 1)",
        "type: Product, parameterSets: [{values: [a, \"it's\"]}], repeatTask: {commandLine: 'x {0}'} ~ spec.taskFactory.repeatTask.commandLine: ",
        "type: Repeat, count: 1, repeatTask: {commandLine: a}, mergeTask: {commandLine: b, environmentSettings: [{name: POOLWRIGHT_X, value: x}]} ~ spec.taskFactory.mergeTask.environmentSettings: POOLWRIGHT_X is set by Poolwright; choose another name",
        "type: TaskPerFile, source: {}, repeatTask: {commandLine: a} ~ spec.taskFactory.source: say which objects are in it: --files LISTING, with one key a line",
        "type: TaskPerFile, source: {containerUrl: 'https://x'}, repeatTask: {commandLine: a} ~ spec.taskFactory.source.containerUrl: there is no such field: containers are buckets here and named, not addressed; the fields are autoStorageContainerName, fileGroup, prefix",
      })
  void aBadFactoryIsToldOfWithItsPath(String factory, String complaint) {
    Answer answer = answer("kind: Job¶spec: {taskFactory: {" + factory + "}}");

    assertThat(answer.complaint()).startsWith(complaint);
    assertThat(answer.complaint().lines()).hasSize(1);
    assertThat(answer.lines()).isEmpty();
    assertThat(answer.code()).isEqualTo(2);
  }

  @Test
  void whatWouldBecomeTooLongIsToldOf() {
    String text = "type: Zip¶parameterSets: [{values: [%s]}]¶repeatTask: {commandLine: '%s'}";
    String value = "v".repeat(1000);
    assertThat(tasks(text.formatted(value, "{0}".repeat(32)))).hasSize(1);
    assertThat(answer(text.formatted(value, "{0}".repeat(33))).complaint())
        .isEqualTo(
            "repeatTask.commandLine: may become 33000 characters long; at most 32768 are allowed");
  }

  @Test
  void bothNamesOfABucketAreOneTooMany() {
    Answer answer =
        answer(
            "type: TaskPerFile¶source: {fileGroup: g, autoStorageContainerName: bucket}¶repeatTask: {commandLine: a}",
            "--files",
            file("files", "a").toString());
    assertThat(answer)
        .isEqualTo(
            new Answer(2, List.of(), "source: name one of autoStorageContainerName and fileGroup"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "'kind: Pool' ~ there is no task factory in it, neither by itself nor as spec.taskFactory, taskFactory, properties.taskFactory, job.taskFactory, job.properties.taskFactory",
        "'' ~ there is no task factory in it",
        "'- 1' ~ there is no task factory in it",
        "'taskFactory: {type: Repeat, count: 1, repeatTask: {command: [x]}}¶---¶taskFactory: {type: Repeat, count: 1, repeatTask: {command: [x]}}' ~ there are 2 task factories in it; one file has one",
        "'taskFactory: {type: Repeat, count: 1, repeatTask: {command: [x]}}¶---¶{type: Repeat, count: 1, repeatTask: {command: [x]}}' ~ there are 2 task factories in it; one file has one",
      })
  void aFileWithoutAFactoryIsToldOf(String text, String complaint) {
    Answer answer = answer(text);
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.complaint()).startsWith(directory.resolve("factory") + ": " + complaint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"type\": \"Repeat\",}", "type: [", "type: a¶type: b", "\ttype: a", "{} {}"})
  void aFileThatCannotBeReadIsToldOf(String text) {
    Answer answer = answer(text);
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.complaint())
        .startsWith(directory.resolve("factory") + ", line ")
        .contains(": is neither YAML nor JSON: ");
    assertThat(answer.complaint().lines()).hasSize(1);
    assertThat(answer.lines()).isEmpty();
  }

  @Test
  void filesThatAreNotThereAreToldOf() {
    assertThat(run("no/such/file"))
        .isEqualTo(new Answer(2, List.of(), "no/such/file: there is no such file"));
    String job =
        file("job", "type: TaskPerFile¶source: {}¶repeatTask: {commandLine: a}").toString();
    assertThat(run(job, "--files", "no/such/listing"))
        .isEqualTo(new Answer(2, List.of(), "no/such/listing: there is no such file"));
  }

  @Test
  void aListingIsForTaskPerFileOnly() {
    assertThat(answer("# A¶{" + SWEEP + "}", "--files", file("l", "a").toString()))
        .isEqualTo(new Answer(2, List.of(), "--files: goes with type TaskPerFile only"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "--files", "--files x", "f x", "f --files", "f --files x y", "f --f x"})
  void whatItDoesNotKnowItSays(String arguments) {
    Answer answer = run(arguments.isEmpty() ? new String[0] : arguments.split(" "));
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.complaint()).contains("poolwright factory expand FILE [--files LISTING]");
    assertThat(answer.lines()).isEmpty();
  }

  static List<Path> shippedFactories() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("examples"))) {
      return files.filter(FactoryExpandTest::hasFactory).toList();
    }
  }

  private static boolean hasFactory(Path file) {
    try {
      return file.toString().endsWith(".yaml") && Files.readString(file).contains("taskFactory:");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("shippedFactories")
  void whatTheClusterTakesTheToolTakes(Path file) {
    Answer answer = run(file.toString());

    assertThat(answer.complaint()).isEmpty();
    assertThat(answer.code()).isZero();
    assertThat(answer.lines()).isNotEmpty();
  }
}
