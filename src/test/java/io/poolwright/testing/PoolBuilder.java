package io.poolwright.testing;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.poolwright.api.ApplicationPackageReference;
import io.poolwright.api.pool.Pool;
import io.poolwright.api.pool.PoolSpec;
import io.poolwright.api.pool.PoolSpec.Directory;
import io.poolwright.api.pool.PoolSpec.DirectoryKind;
import io.poolwright.api.pool.PoolSpec.Node;
import io.poolwright.api.pool.PoolSpec.NodeFillType;
import io.poolwright.api.pool.PoolSpec.Spot;
import io.poolwright.api.pool.PoolSpec.TaskSchedulingPolicy;
import io.poolwright.api.pool.PoolSpec.Template;
import io.poolwright.api.pool.StartTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code aPool("p").nodes(3).slots(4).build()}: nodes of 2 CPUs and 4Gi with an image, unless told
 * otherwise.
 */
public final class PoolBuilder {
  private final String name;
  private final List<ApplicationPackageReference> packages = new ArrayList<>();
  private Map<String, Quantity> size =
      Map.of("cpu", new Quantity("2"), "memory", new Quantity("4Gi"));
  private int nodes = 1;
  private @Nullable Integer slots;
  private @Nullable String image = "debian:13";
  private @Nullable Template template;
  private @Nullable Directory directory;
  private @Nullable Spot spot;
  private @Nullable StartTask startTask;
  private @Nullable NodeFillType fill;
  private @Nullable Boolean joins;

  private PoolBuilder(String name) {
    this.name = name;
  }

  public static PoolBuilder aPool(String name) {
    return new PoolBuilder(name);
  }

  public PoolBuilder nodes(int nodes) {
    this.nodes = nodes;
    return this;
  }

  public PoolBuilder slots(int slots) {
    this.slots = slots;
    return this;
  }

  public PoolBuilder size(Map<String, String> size) {
    Map<String, Quantity> read = new java.util.TreeMap<>();
    size.forEach((resource, amount) -> read.put(resource, Quantity.parse(amount)));
    this.size = read;
    return this;
  }

  public PoolBuilder image(@Nullable String image) {
    this.image = image;
    return this;
  }

  public PoolBuilder template(Template template) {
    this.template = template;
    return this;
  }

  public PoolBuilder spot(Spot spot) {
    this.spot = spot;
    return this;
  }

  public PoolBuilder nothingShared() {
    this.directory = new Directory(DirectoryKind.NONE, null, null);
    return this;
  }

  public PoolBuilder startTask(StartTask startTask) {
    this.startTask = startTask;
    return this;
  }

  /** Its nodes and tasks have names by which they reach each other. */
  public PoolBuilder joins() {
    this.joins = true;
    return this;
  }

  public PoolBuilder packs() {
    this.fill = NodeFillType.PACK;
    return this;
  }

  public PoolBuilder withPackage(String application, @Nullable String version) {
    packages.add(new ApplicationPackageReference(application, version));
    return this;
  }

  public Pool build() {
    Pool pool = new Pool();
    pool.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace("team-a")
            .withUid("uid-of-" + name)
            .withGeneration(1L)
            .withCreationTimestamp(FakeClock.START.toString())
            .build());
    pool.setSpec(
        new PoolSpec(
            null,
            nodes,
            null,
            spot,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            slots,
            fill == null ? null : new TaskSchedulingPolicy(fill),
            joins,
            new Node(size, image, template, directory),
            null,
            List.of(),
            List.of(),
            startTask,
            packages));
    return pool;
  }
}
