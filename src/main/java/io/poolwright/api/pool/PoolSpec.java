package io.poolwright.api.pool;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import io.poolwright.api.ContainerSettings;
import io.poolwright.api.EnvironmentSetting;
import io.poolwright.api.ResourceFile;
import io.poolwright.api.UserIdentity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a pool is to be (section 3.1 of the reference). */
@JsonClassDescription("What the pool is to be.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "self.?taskSlotsPerNode.orValue(1) == oldSelf.?taskSlotsPerNode.orValue(1)",
    message = "taskSlotsPerNode cannot be changed while nodes may run tasks; create another pool")
@ValidationRule(
    value =
        "!has(self.startTask) || !has(self.startTask.userIdentity) || !has(self.startTask.userIdentity.autoUser.elevationLevel) || self.startTask.userIdentity.autoUser.elevationLevel.lowerAscii() != 'admin' || (has(self.node.template) && has(self.node.template.securityContext) && (!has(self.node.template.securityContext.runAsNonRoot) || !self.node.template.securityContext.runAsNonRoot))",
    message =
        "startTask.userIdentity: Admin runs the start task as root, which the pool does not allow; give node.template.securityContext with runAsNonRoot: false (the namespace's Pod Security has to allow root as well), or choose NonAdmin")
public record PoolSpec(
    @Size(max = 1024) @JsonPropertyDescription("A name for people.") @Nullable String displayName,
    @Required
        @Min(0)
        @Max(10000)
        @SpecReplicas
        @JsonPropertyDescription(
            "How many nodes the pool is to have. kubectl scale and autoscalers write it too.")
        int targetDedicatedNodes,
    @Default("TaskCompletion")
        @JsonPropertyDescription(
            "What becomes of the tasks on nodes that go because the pool shrinks. TaskCompletion (the default): they end first. Requeue: they are stopped and run again elsewhere. Terminate: they are stopped and fail. RetainedData: as TaskCompletion, and the node stays until the retentionTime of what it ran is over.")
        @Nullable NodeDeallocationOption nodeDeallocationOption,
    @Min(1)
        @Max(256)
        @Default("1")
        @JsonPropertyDescription("How many tasks of one slot a node runs at once.")
        @Nullable Integer taskSlotsPerNode,
    @JsonPropertyDescription("How tasks are spread over nodes.")
        @Nullable TaskSchedulingPolicy taskSchedulingPolicy,
    @Required @JsonPropertyDescription("What each node is.") Node node,
    @Default("Hold")
        @JsonPropertyDescription(
            "Hold: the node pod requests the whole size for its whole life; task pods next to nothing, limited to their share.")
        @Nullable Reservation reservation,
    @JsonPropertyDescription("A command that each node runs when it joins, before it takes tasks.")
        @Nullable StartTask startTask,
    @Size(max = 10)
        @ValidationRule(
            value = "self.all(m, self.exists_one(n, n.relativeMountPath == m.relativeMountPath))",
            message = "mountConfiguration: two of them have the same relativeMountPath")
        @JsonPropertyDescription(
            "Volumes of your own, mounted below AZ_BATCH_NODE_MOUNTS_DIR for the start task and for every task.")
        List<MountConfiguration> mountConfiguration,
    @Size(max = 20)
        @JsonPropertyDescription(
            "Images that each node pulls before it takes tasks, so that no task waits for them.")
        List<@Size(min = 1, max = 1024) String> containerImageNames,
    @Size(max = 10) @JsonPropertyDescription("Packages that each node unpacks when it joins.")
        List<ApplicationPackageReference> applicationPackageReferences) {

  public PoolSpec {
    mountConfiguration = mountConfiguration == null ? List.of() : List.copyOf(mountConfiguration);
    containerImageNames =
        containerImageNames == null ? List.of() : List.copyOf(containerImageNames);
    applicationPackageReferences =
        applicationPackageReferences == null
            ? List.of()
            : List.copyOf(applicationPackageReferences);
  }

  public int slotsPerNode() {
    return taskSlotsPerNode == null ? 1 : taskSlotsPerNode;
  }

  public NodeDeallocationOption deallocation() {
    return nodeDeallocationOption == null
        ? NodeDeallocationOption.TASK_COMPLETION
        : nodeDeallocationOption;
  }

  public boolean packs() {
    return taskSchedulingPolicy != null && taskSchedulingPolicy.nodeFillType() == NodeFillType.PACK;
  }

  /** Section 11. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record TaskSchedulingPolicy(
      @JsonPropertyDescription(
              "Spread: the emptiest node first (the default). Pack: the fullest node that still has room first.")
          @Nullable NodeFillType nodeFillType) {}

  /** How the next task finds its node. */
  public enum NodeFillType {
    @JsonProperty("Spread")
    SPREAD,
    @JsonProperty("Pack")
    PACK
  }

  /** Who holds the resources of a node. */
  public enum Reservation {
    @JsonProperty("Hold")
    HOLD
  }

  /** Size, image, shape and directory of a node. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "'cpu' in self.size && 'memory' in self.size",
      message = "size: name at least cpu and memory")
  @ValidationRule(
      value = "self.size.all(r, r in ['cpu', 'memory', 'ephemeral-storage'])",
      message =
          "size: only cpu, memory and ephemeral-storage; the node pod would keep any other resource from its tasks")
  public record Node(
      @Required
          @Size(min = 1, max = 16)
          @JsonPropertyDescription(
              "Resources of a node, for example cpu: \"4\", memory: 16Gi. cpu and memory are needed.")
          Map<String, Quantity> size,
      @Size(min = 1, max = 1024)
          @JsonPropertyDescription(
              "Image of tasks and of the start task that name none of their own.")
          @Nullable String image,
      @JsonPropertyDescription("Where the node pods and task pods go and what they carry.")
          @Nullable Template template,
      @JsonPropertyDescription("The node's own directory.") @Nullable Directory directory) {

    public Template templateOrEmpty() {
      return template == null ? Template.EMPTY : template;
    }

    public Directory directoryOrDefault() {
      return directory == null ? Directory.DEFAULT : directory;
    }
  }

  /** What the pods of a pool carry. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "!has(self.labels) || self.labels.all(l, !l.startsWith('poolwright.io/'))",
      message = "labels: those that begin with poolwright.io/ are Poolwright's own")
  @ValidationRule(
      value = "!has(self.annotations) || self.annotations.all(a, !a.startsWith('poolwright.io/'))",
      message =
          "annotations: those that begin with poolwright.io/ are Poolwright's own; annotate a node pod, not the template, to ask something of a node")
  public record Template(
      @JsonPropertyDescription("Labels of the machines that nodes may be on.")
          Map<String, String> nodeSelector,
      @JsonPropertyDescription("Taints that the pods put up with.") List<Toleration> tolerations,
      @JsonPropertyDescription("Affinity of the node pods; task pods follow their node.")
          @Nullable Affinity affinity,
      @Size(max = 253) @JsonPropertyDescription("Priority class of the pods.")
          @Nullable String priorityClassName,
      @JsonPropertyDescription("Secrets for registries.")
          List<LocalObjectReference> imagePullSecrets,
      @Size(max = 64) @JsonPropertyDescription("Labels for the node pods.")
          Map<String, String> labels,
      @Size(max = 64) @JsonPropertyDescription("Annotations for the node pods.")
          Map<String, String> annotations,
      @JsonPropertyDescription(
              "Security context of the pods; user 65532 and RuntimeDefault unless given.")
          @Nullable PodSecurityContext securityContext,
      @Size(max = 253) @JsonPropertyDescription("Runtime class of the pods.")
          @Nullable String runtimeClassName) {

    public static final Template EMPTY =
        new Template(Map.of(), List.of(), null, null, List.of(), Map.of(), Map.of(), null, null);

    public Template {
      nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
      tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
      imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
      labels = labels == null ? Map.of() : Map.copyOf(labels);
      annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
    }
  }

  /**
   * The directory of a node: a claim that lives and dies with the node pod, or none that is shared.
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value =
          "!has(self.kind) || self.kind.lowerAscii() != 'none' || (!has(self.storageClassName) && !has(self.size))",
      message = "storageClassName and size go with kind Volume")
  public record Directory(
      @Default("Volume")
          @JsonPropertyDescription(
              "Volume: a generic ephemeral volume that the node and its tasks share. None: nothing is shared.")
          @Nullable DirectoryKind kind,
      @Size(max = 253)
          @JsonPropertyDescription("Storage class; the cluster's default unless given.")
          @Nullable String storageClassName,
      @JsonPropertyDescription("Size of the volume; 1Gi unless given.") @Nullable Quantity size) {

    public static final Directory DEFAULT = new Directory(null, null, null);

    public boolean shared() {
      return kind != DirectoryKind.NONE;
    }
  }

  /** What a node's directory is made of. */
  public enum DirectoryKind {
    @JsonProperty("Volume")
    VOLUME,
    @JsonProperty("None")
    NONE
  }

  /** Section 3.7. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "has(self.commandLine) != has(self.command)",
      message =
          "give exactly one of commandLine (a string, split like a shell splits words) and command (a list)")
  public record StartTask(
      @Size(min = 1, max = 32768) @JsonPropertyDescription("The command as a string.")
          @Nullable String commandLine,
      @Size(min = 1, max = 1024) @JsonPropertyDescription("The command as a list.")
          List<@Size(max = 32768) String> command,
      @JsonPropertyDescription("The image to run in; node.image unless given.")
          @Nullable ContainerSettings containerSettings,
      @Size(max = 512) @JsonPropertyDescription("Environment of the start task.")
          List<EnvironmentSetting> environmentSettings,
      @Min(-1)
          @Max(1000)
          @Default("0")
          @JsonPropertyDescription("Retries on a non-zero exit; -1 without limit.")
          @Nullable Integer maxTaskRetryCount,
      @Default("true")
          @JsonPropertyDescription(
              "Whether the node takes tasks only after the start task succeeded.")
          @Nullable Boolean waitForSuccess,
      @Size(max = 256)
          @JsonPropertyDescription(
              "Files brought into the start task's working directory before it runs.")
          List<ResourceFile> resourceFiles,
      @JsonPropertyDescription(
              "As whom it runs; as the image and node.template.securityContext say unless given.")
          @Nullable UserIdentity userIdentity) {

    public StartTask {
      resourceFiles = resourceFiles == null ? List.of() : List.copyOf(resourceFiles);
      command = command == null ? List.of() : List.copyOf(command);
      environmentSettings =
          environmentSettings == null ? List.of() : List.copyOf(environmentSettings);
    }

    public boolean waits() {
      return waitForSuccess == null || waitForSuccess;
    }
  }

  /** A package that nodes of the pool have. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record ApplicationPackageReference(
      @Required
          @Size(min = 1, max = 63)
          @JsonPropertyDescription("Name of an ApplicationPackage in the same namespace.")
          String applicationId,
      @Size(min = 1, max = 63)
          @JsonPropertyDescription("Version; the package's defaultVersion unless given.")
          @Nullable String version) {}
}
