package io.poolwright.factory;

import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.job.RepeatTask;
import io.poolwright.api.job.RepeatTask.RepeatFile;
import io.poolwright.api.task.OutputFile;
import io.poolwright.api.task.OutputFile.UploadHeader;
import io.poolwright.api.task.OutputKind;
import io.poolwright.api.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A repeatTask whose strings were read. */
final class TaskTemplate {
  /** A key may have any character. */
  private static final Pattern STORAGE = Pattern.compile("(?s)s3://[^/]*/.*");

  private static final Pattern ADDRESS = Pattern.compile("(?s)s3://[^/]*/.*|https?://.+");
  private static final Pattern HEADER = Pattern.compile(UploadHeader.VALUES);
  private static final Pattern RELATIVE = Pattern.compile("(?s)([^/].*)?");

  private final RepeatTask task;
  private final @Nullable Text displayName;
  private final @Nullable Text commandLine;
  private final List<Text> command = new ArrayList<>();
  private final @Nullable Text imageName;
  private final List<Environment> environment = new ArrayList<>();
  private final List<InFile> inFiles = new ArrayList<>();
  private final List<OutFile> outFiles = new ArrayList<>();

  private record Environment(String name, @Nullable Text value) {}

  private record InFile(
      @Nullable Text storageUrl,
      @Nullable Text httpUrl,
      @Nullable Text bucket,
      @Nullable Text blobPrefix,
      @Nullable Text filePath,
      @Nullable String fileMode) {}

  private record OutFile(
      Text filePattern,
      @Nullable Text bucket,
      @Nullable Text path,
      @Nullable OutputKind fileConventions,
      List<Header> headers,
      OutputFile.@Nullable UploadOptions uploadOptions) {}

  private record Header(String name, @Nullable Text value) {}

  TaskTemplate(RepeatTask task, Generator generator) throws InvalidFactory {
    TaskRules.check("repeatTask", unfilled(task));
    this.task = task;
    Fields fields = new Fields(generator, "repeatTask");
    displayName = fields.text(TaskSpec.class, "displayName", task.displayName());
    commandLine = fields.text(TaskSpec.class, "commandLine", task.commandLine());
    ContainerSettings container = task.containerSettings();
    imageName =
        container == null
            ? null
            : fields
                .at("containerSettings")
                .text(ContainerSettings.class, "imageName", container.imageName());
    for (int i = 0; i < task.command().size(); i++) {
      command.add(
          Text.required(
              "repeatTask.command[" + i + "]",
              task.command().get(i),
              Limit.ofItems(TaskSpec.class, "command"),
              generator));
    }
    for (int i = 0; i < task.environmentSettings().size(); i++) {
      EnvironmentSetting each = task.environmentSettings().get(i);
      environment.add(
          new Environment(
              each.name(),
              fields
                  .at("environmentSettings[" + i + "]")
                  .text(EnvironmentSetting.class, "value", each.value())));
    }
    for (int i = 0; i < task.resourceFiles().size(); i++) {
      inFiles.add(inFile(fields.at("resourceFiles[" + i + "]"), task.resourceFiles().get(i)));
    }
    for (int i = 0; i < task.outputFiles().size(); i++) {
      outFiles.add(outFile(fields.at("outputFiles[" + i + "]"), task.outputFiles().get(i)));
    }
  }

  /** Where fields are, and what may be put into them. */
  private record Fields(Generator generator, String path) {
    Fields at(String below) {
      return new Fields(generator, path + "." + below);
    }

    @Nullable Text text(Class<? extends Record> type, String field, @Nullable String text)
        throws InvalidFactory {
      return Text.of(path + "." + field, text, Limit.of(type, field), generator);
    }

    void check(String field, @Nullable Text text, Pattern pattern, String message)
        throws InvalidFactory {
      Text.check(path + "." + field, text, generator, t -> pattern.matcher(t).matches(), message);
    }
  }

  private static InFile inFile(Fields fields, RepeatFile file) throws InvalidFactory {
    Class<ResourceFile> type = ResourceFile.class;
    Text storageUrl = fields.text(type, "storageUrl", file.storageUrl());
    Text httpUrl = fields.text(type, "httpUrl", file.httpUrl());
    fields.check("storageUrl", storageUrl, STORAGE, "does not become s3://bucket/key");
    fields.check(
        "httpUrl", httpUrl, ADDRESS, "does not become an address, https://… or s3://bucket/key");
    return new InFile(
        storageUrl,
        httpUrl,
        fields.text(type, "autoStorageContainerName", file.autoStorageContainerName()),
        fields.text(type, "blobPrefix", file.blobPrefix()),
        fields.text(type, "filePath", file.filePath()),
        file.fileMode());
  }

  private static OutFile outFile(Fields fields, OutputFile file) throws InvalidFactory {
    OutputFile.Container container = file.destination().container();
    Fields below = fields.at("destination.container");
    Text path = below.text(OutputFile.Container.class, "path", container.path());
    below.check("path", path, RELATIVE, TaskRules.ABSOLUTE);
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < container.uploadHeaders().size(); i++) {
      UploadHeader header = container.uploadHeaders().get(i);
      Fields at = below.at("uploadHeaders[" + i + "]");
      Text value = at.text(UploadHeader.class, "value", header.value());
      at.check("value", value, HEADER, UploadHeader.OTHER_VALUE);
      headers.add(new Header(header.name(), value));
    }
    return new OutFile(
        Text.required(
            fields.path() + ".filePattern",
            file.filePattern(),
            Limit.of(OutputFile.class, "filePattern"),
            fields.generator()),
        below.text(OutputFile.Container.class, "bucket", container.bucket()),
        path,
        container.fileConventions(),
        headers,
        file.uploadOptions());
  }

  private static TaskSpec unfilled(RepeatTask task) {
    return spec(
        task,
        null,
        task.displayName(),
        task.commandLine(),
        task.command(),
        task.containerSettings(),
        task.environmentSettings(),
        task.resourceFiles().stream()
            .map(f ->
                new ResourceFile(
                    f.storageUrl(),
                    f.httpUrl(),
                    f.autoStorageContainerName(),
                    f.blobPrefix(),
                    f.filePath(),
                    f.fileMode()))
            .toList(),
        task.outputFiles());
  }

  private static TaskSpec spec(
      RepeatTask task,
      @Nullable String id,
      @Nullable String displayName,
      @Nullable String commandLine,
      List<String> command,
      @Nullable ContainerSettings container,
      List<EnvironmentSetting> environment,
      List<ResourceFile> resourceFiles,
      List<OutputFile> outputFiles) {
    return new TaskSpec(
        id,
        null,
        displayName,
        commandLine,
        command,
        container,
        environment,
        resourceFiles,
        outputFiles,
        task.applicationPackageReferences(),
        task.userIdentity(),
        task.requiredSlots(),
        task.resources(),
        null,
        task.constraints(),
        null,
        task.exitConditions(),
        null,
        task.authenticationTokenSettings(),
        null);
  }

  TaskSpec fill(long index, List<String> values) {
    return spec(
        task,
        Long.toString(index),
        Text.fill(displayName, values),
        Text.fill(commandLine, values),
        command.stream().map(c -> c.template().fill(values)).toList(),
        container(values),
        environment.stream()
            .map(e -> new EnvironmentSetting(e.name(), Text.fill(e.value(), values)))
            .toList(),
        inFiles.stream().map(f -> fill(f, values)).toList(),
        outFiles.stream().map(f -> fill(f, values)).toList());
  }

  private @Nullable ContainerSettings container(List<String> values) {
    ContainerSettings settings = task.containerSettings();
    return settings == null || imageName == null
        ? null
        : settings.withImageName(imageName.template().fill(values));
  }

  /** Azure's {@code httpUrl: "{url}"} names an object here, too. */
  private static ResourceFile fill(InFile file, List<String> values) {
    String httpUrl = Text.fill(file.httpUrl(), values);
    boolean stored = httpUrl != null && httpUrl.startsWith("s3://");
    return new ResourceFile(
        stored ? httpUrl : Text.fill(file.storageUrl(), values),
        stored ? null : httpUrl,
        Text.fill(file.bucket(), values),
        Text.fill(file.blobPrefix(), values),
        Text.fill(file.filePath(), values),
        file.fileMode());
  }

  private static OutputFile fill(OutFile file, List<String> values) {
    return new OutputFile(
        file.filePattern().template().fill(values),
        new OutputFile.Destination(
            new OutputFile.Container(
                Text.fill(file.bucket(), values),
                Text.fill(file.path(), values),
                file.fileConventions(),
                file.headers().stream()
                    .map(h -> new UploadHeader(h.name(), Text.fill(h.value(), values)))
                    .toList())),
        file.uploadOptions());
  }
}
