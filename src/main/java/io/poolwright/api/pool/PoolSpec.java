package io.poolwright.api.pool;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import io.poolwright.api.ApplicationPackageReference;
import io.poolwright.api.Span;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a pool is to be (section 3.1 of the reference). */
@JsonClassDescription("What the pool is to be.")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "!self.?enableAutoScale.orValue(false) || has(self.autoScaleFormula)",
    message = "enableAutoScale: give autoScaleFormula")
@ValidationRule(
    value =
        "!self.?enableAutoScale.orValue(false) || (!has(self.targetDedicatedNodes) && !has(self.targetLowPriorityNodes))",
    message =
        "autoScaleFormula sets the size of this pool: leave targetDedicatedNodes and targetLowPriorityNodes out, or set enableAutoScale to false to scale it by hand")
@ValidationRule(
    value = "!self.?enableAutoScale.orValue(false) || !has(self.resizeTimeout)",
    message =
        "resizeTimeout is for pools that are scaled by hand; with enableAutoScale the next evaluation decides")
@ValidationRule(
    value = "self.?targetLowPriorityNodes.orValue(0) == 0 || has(self.spot)",
    message =
        "targetLowPriorityNodes: say in spot what makes a node pod a Spot one in this cluster (nodeSelector, tolerations, priorityClassName)")
@ValidationRule(
    value =
        "!has(self.startTask) || !has(self.startTask.userIdentity) || self.startTask.userIdentity.autoUser.elevationLevel.lowerAscii() != 'admin' || (has(self.node.template) && has(self.node.template.securityContext) && has(self.node.template.securityContext.runAsNonRoot) && !self.node.template.securityContext.runAsNonRoot)",
    message =
        "startTask.userIdentity.autoUser.elevationLevel: Admin is user 0; give node.template.securityContext with runAsNonRoot: false, which lets the pods of this pool be root")
@ValidationRule(
    value =
        "!has(self.mountConfiguration) || self.mountConfiguration.all(m, self.mountConfiguration.exists_one(n, (m.relativeMountPath + '/').startsWith(n.relativeMountPath + '/')))",
    message = "mountConfiguration: each relativeMountPath once, and none inside another")
public record PoolSpec(
    @Size(max = 1024) @JsonPropertyDescription("A name for people.") @Nullable String displayName,
    @Min(0)
        @Max(MOST_NODES)
        @SpecReplicas
        @JsonPropertyDescription(
            "How many dedicated nodes the pool is to have. kubectl scale and autoscalers write it too. Where it is absent the pool keeps the size that it has; a new one has none.")
        @Nullable Integer targetDedicatedNodes,
    @Min(0)
        @Max(MOST_NODES)
        @JsonPropertyDescription(
            "How many Spot nodes the pool is to have besides. Needs spot. Absent: as many as it has.")
        @Nullable Integer targetLowPriorityNodes,
    @JsonPropertyDescription("What makes a node pod a Spot one in this cluster.")
        @Nullable Spot spot,
    @JsonPropertyDescription("Whether autoScaleFormula decides how many nodes the pool has.")
        @Nullable Boolean enableAutoScale,
    @Size(min = 1, max = 8192)
        @JsonPropertyDescription(
            "A formula in Azure Batch's language, which assigns $TargetDedicatedNodes and $TargetLowPriorityNodes.")
        @Nullable String autoScaleFormula,
    @Pattern(Span.PATTERN)
        @Default("15m")
        @JsonPropertyDescription(
            "How often the formula is evaluated: from 5s to 168h. When tasks wait that no slot can take it is evaluated at once, too.")
        @Nullable Span autoScaleEvaluationInterval,
    @Pattern(Span.PATTERN)
        @JsonPropertyDescription(
            "How long a resize may take, from 10s up. After it the pool stays as large as it is and resizeErrors says why. Without it a resize goes on until it is done.")
        @Nullable Span resizeTimeout,
    @Default("Resize")
        @JsonPropertyDescription(
            "Resize (the default): the pool gets its target. Stop: it stays as large as it is, whatever the target; a resize that is under way ends.")
        @Nullable DesiredAllocation desiredAllocation,
    @Size(max = 100)
        @JsonPropertyDescription(
            "Names of nodes that are to go, as nodeDeallocationOption says. Lower the target by their number at the same time, or others take their place.")
        List<@Size(max = 63) String> removeNodes,
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
    @JsonPropertyDescription(
            "Whether nodes and tasks of the pool have names by which they reach each other: HOST.pool-NAME.NAMESPACE.svc, where HOST is a node's or a Task's name. Nodes that exist get theirs when they are made anew.")
        @Nullable Boolean enableInterNodeCommunication,
    @Required @JsonPropertyDescription("What each node is.") Node node,
    @Default("Hold")
        @JsonPropertyDescription(
            "Hold (the default): the node pod requests the whole size for its whole life; task pods next to nothing, limited to their share. Lend: while a task runs, its pod requests its share and the node pod that much less, so that on machines shared with others it has the weight of what it may use. Needs Kubernetes 1.33.")
        @Nullable Reservation reservation,
    @Size(max = 20)
        @JsonPropertyDescription("Images that are on a node's machine before the node takes tasks.")
        List<@Size(min = 1, max = 1024) String> containerImageNames,
    @Size(max = 10)
        @JsonPropertyDescription(
            "Volumes of your own that the start task and every task find below AZ_BATCH_NODE_MOUNTS_DIR.")
        List<Mount> mountConfiguration,
    @JsonPropertyDescription("A command that each node runs when it joins, before it takes tasks.")
        @Nullable StartTask startTask,
    @Size(max = 10)
        @JsonPropertyDescription(
            "Packages that each node has when it joins. Nodes that exist keep those that they joined with.")
        List<ApplicationPackageReference> applicationPackageReferences) {

  /** Largest target of either kind. */
  public static final int MOST_NODES = 10_000;

  private static final Duration EVALUATION_INTERVAL = Duration.ofMinutes(15);

  public PoolSpec {
    containerImageNames =
        containerImageNames == null ? List.of() : List.copyOf(containerImageNames);
    mountConfiguration = mountConfiguration == null ? List.of() : List.copyOf(mountConfiguration);
    removeNodes = removeNodes == null ? List.of() : List.copyOf(removeNodes);
    applicationPackageReferences =
        applicationPackageReferences == null
            ? List.of()
            : List.copyOf(applicationPackageReferences);
  }

  public int slotsPerNode() {
    return taskSlotsPerNode == null ? 1 : taskSlotsPerNode;
  }

  public boolean autoScales() {
    return Boolean.TRUE.equals(enableAutoScale) && autoScaleFormula != null;
  }

  /** Azure's default is 15 minutes (section 3.1). */
  public Duration evaluationInterval() {
    return autoScaleEvaluationInterval == null
        ? EVALUATION_INTERVAL
        : autoScaleEvaluationInterval.duration();
  }

  public NodeDeallocationOption deallocation() {
    return nodeDeallocationOption == null
        ? NodeDeallocationOption.TASK_COMPLETION
        : nodeDeallocationOption;
  }

  public boolean lends() {
    return reservation == Reservation.LEND;
  }

  /** Whether its nodes and tasks have names by which they reach each other. */
  public boolean joins() {
    return Boolean.TRUE.equals(enableInterNodeCommunication);
  }

  public boolean packs() {
    return taskSchedulingPolicy != null && taskSchedulingPolicy.nodeFillType() == NodeFillType.PACK;
  }

  /** Whether the pool goes after its target. */
  public enum DesiredAllocation {
    @JsonProperty("Resize")
    RESIZE,
    @JsonProperty("Stop")
    STOP
  }

  /** What Spot node pods, and the task pods on them, have beyond node.template. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @ValidationRule(
      value = "has(self.nodeSelector) || has(self.tolerations) || has(self.priorityClassName)",
      message = "spot: give at least one of nodeSelector, tolerations and priorityClassName")
  public record Spot(
      @Size(max = 64) @JsonPropertyDescription("Labels of the machines that Spot nodes are on.")
          Map<String, String> nodeSelector,
      @Size(max = 64)
          @JsonPropertyDescription("Taints of these machines that the pods put up with.")
          List<Toleration> tolerations,
      @Size(max = 253)
          @JsonPropertyDescription("Priority class of the pods, in place of the template's.")
          @Nullable String priorityClassName) {
    public Spot {
      nodeSelector =
          nodeSelector == null
              ? Map.of()
              : Collections.unmodifiableMap(new LinkedHashMap<>(nodeSelector));
      tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
    }

    /** The template of a Spot node's pods. */
    public Template on(Template template) {
      Map<String, String> selector = new HashMap<>(template.nodeSelector());
      selector.putAll(nodeSelector);
      return new Template(
          selector,
          Stream.concat(template.tolerations().stream(), tolerations.stream()).toList(),
          template.affinity(),
          priorityClassName == null ? template.priorityClassName() : priorityClassName,
          template.imagePullSecrets(),
          template.labels(),
          template.annotations(),
          template.securityContext(),
          template.runtimeClassName());
    }
  }

  /** What the pods of a node carry. */
  public Template template(boolean spotNode) {
    return spotNode && spot != null ? spot.on(node.templateOrEmpty()) : node.templateOrEmpty();
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
    HOLD,
    @JsonProperty("Lend")
    LEND
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
      nodeSelector =
          nodeSelector == null
              ? Map.of()
              : Collections.unmodifiableMap(new LinkedHashMap<>(nodeSelector));
      tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
      imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
      labels = labels == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(labels));
      annotations =
          annotations == null
              ? Map.of()
              : Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
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
}
