package io.poolwright.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.poolwright.api.job.Job;
import io.poolwright.api.job.ListedFiles;
import io.poolwright.api.job.TaskFactory;
import io.poolwright.factory.Factory;
import io.poolwright.factory.InvalidFactory;
import io.poolwright.keys.PackedKeys;
import io.poolwright.plan.factory.FileListPlan;
import io.poolwright.plan.factory.FileListing;
import io.poolwright.pods.ListPods;
import io.poolwright.pods.Names;
import io.poolwright.pods.Owners;
import io.poolwright.snapshot.FileListSeen;
import io.poolwright.snapshot.FileListSeen.Kept;
import io.poolwright.snapshot.FileListSeen.NotKept;
import io.poolwright.snapshot.FileListSeen.Senseless;
import io.poolwright.snapshot.FileListSeen.Taken;
import io.poolwright.snapshot.Refusal;
import io.poolwright.snapshot.StageReport;
import java.io.IOException;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The lists of objects that jobs make tasks of: taken from the log of the pod that made them, kept
 * in ControllerRevisions, which cannot be changed, and read a part at a time.
 */
public final class FileLists {
  /** Of all jobs. The tasks of a job that are on their way are of one part, or of two. */
  private static final int PARTS_AT_HAND = 32;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final Duration startTimeout;
  private final Clock clock;
  private final Map<String, List<String>> atHand = new LatelyUsed<>(PARTS_AT_HAND);
  private @Nullable InformerEventSource<Pod, Job> pods;

  public FileLists(KubernetesClient client, Duration startTimeout, Clock clock) {
    this.client = client;
    this.startTimeout = startTimeout;
    this.clock = clock;
  }

  /** Its pods have to be those that list objects. */
  public void source(InformerEventSource<Pod, Job> source) {
    pods = source;
  }

  /** A look that comes before its event must not ask for it. */
  public void made(Pod pod) {
    all().handleRecentResourceCreate(ResourceID.fromResource(pod), pod);
  }

  private InformerEventSource<Pod, Job> all() {
    return Objects.requireNonNull(pods, "the operator has not started");
  }

  /**
   * @param refusal what the API server said when it last refused a pod that was to list
   */
  public FileListSeen see(Job job, @Nullable Refusal refusal) {
    String uid = job.getMetadata().getUid();
    return new FileListSeen(
        job,
        all().getSecondaryResources(job).stream()
            .filter(p -> Owners.own(p, uid))
            .map(PodReader::read)
            .toList(),
        null,
        refusal,
        startTimeout,
        clock.instant());
  }

  /** Takes a list down. Twice is as good as once: its parts are named by what is in them. */
  public Taken take(Job job, FileListPlan.Take take) {
    try {
      PackedKeys list = read(job, take);
      String complaint = complaint(job, list);
      if (complaint != null) {
        return new Senseless(complaint);
      }
      String digest = list.digest();
      for (int part = 0; part < list.parts().size(); part++) {
        keep(job, digest, part, list.parts().get(part));
      }
      return new Kept(list.count(), list.perPart(), digest);
    } catch (IOException e) {
      return new NotKept("The list of the objects could not be taken down: " + e.getMessage());
    }
  }

  private PackedKeys read(Job job, FileListPlan.Take take) throws IOException {
    StageReport report = take.report();
    if (report.entries() == null || report.perPart() == null || report.digest() == null) {
      throw new IOException("the pod has not said what it listed");
    }
    String log;
    try {
      log =
          client.raw(
              "/api/v1/namespaces/"
                  + job.getMetadata().getNamespace()
                  + "/pods/"
                  + take.pod().name()
                  + "/log?container="
                  + ListPods.CONTAINER
                  + "&limitBytes="
                  + PackedKeys.LONGEST_LOG,
              "GET",
              null);
    } catch (KubernetesClientException e) {
      throw new IOException("the pod's log cannot be read: " + ApiErrors.message(e), e);
    }
    return PackedKeys.read(
        new StringReader(log == null ? "" : log),
        Math.toIntExact(Math.min(report.entries(), Integer.MAX_VALUE)),
        report.perPart(),
        report.digest());
  }

  /** What no schema sees; null where a task can be made of each key. */
  private static @Nullable String complaint(Job job, PackedKeys list) throws IOException {
    TaskFactory spec = Objects.requireNonNull(job.getSpec().taskFactory());
    for (int part = 0; part < list.parts().size(); part++) {
      if (PackedKeys.unpack(list.parts().get(part)).size()
          != PackedKeys.in(part, list.count(), list.perPart())) {
        throw new IOException("part " + part + " of it has not as many keys as it should");
      }
    }
    try {
      Factory.ofListed(spec, new Unpacked(list), false);
      return null;
    } catch (InvalidFactory e) {
      return e.below(Factories.FIELD).path() + ": " + e.getMessage();
    }
  }

  /** A list in memory, of which one part is unpacked. */
  private static final class Unpacked extends AbstractList<String> {
    private final PackedKeys list;
    private int part = -1;
    private List<String> keys = List.of();

    Unpacked(PackedKeys list) {
      this.list = list;
    }

    @Override
    public String get(int index) {
      int wanted = index / list.perPart();
      if (wanted != part) {
        try {
          keys = PackedKeys.unpack(list.parts().get(wanted));
        } catch (IOException e) {
          throw new IllegalStateException("it was unpacked a moment ago", e);
        }
        part = wanted;
      }
      return keys.get(index % list.perPart());
    }

    @Override
    public int size() {
      return list.count();
    }
  }

  private void keep(Job job, String digest, int part, byte[] packed) throws IOException {
    String namespace = job.getMetadata().getNamespace();
    String name = Of.job(job).name(digest, part);
    String keys = Base64.getEncoder().encodeToString(packed);
    Map<String, Object> revision =
        Map.of(
            "apiVersion",
            "apps/v1",
            "kind",
            "ControllerRevision",
            "metadata",
            Map.of(
                "name",
                name,
                "namespace",
                namespace,
                "labels",
                Map.of(
                    "app.kubernetes.io/managed-by",
                    "poolwright",
                    Names.JOB,
                    Names.label(job.getMetadata().getName())),
                "ownerReferences",
                List.of(Owners.by(job))),
            "revision",
            part,
            "data",
            Map.of("keys", keys));
    try {
      client.raw(path(namespace), "POST", revision);
    } catch (KubernetesClientException e) {
      if (ApiErrors.alreadyExists(e)) {
        JsonNode found = find(namespace, name);
        if (found == null
            || !isOf(found, job.getMetadata().getUid())
            || !keys.equals(keysIn(found))) {
          throw new IOException(
              "a ControllerRevision named " + name + " exists and is another; delete it", e);
        }
      } else if (ApiErrors.isRefused(e)) {
        throw new IOException(
            "a ControllerRevision of a part of it was refused: " + ApiErrors.message(e), e);
      } else {
        throw e;
      }
    }
  }

  private static String path(String namespace) {
    return "/apis/apps/v1/namespaces/" + namespace + "/controllerrevisions";
  }

  private @Nullable JsonNode find(String namespace, String name) {
    try {
      String found = client.raw(path(namespace) + "/" + name, "GET", null);
      return found == null ? null : JSON.readTree(found);
    } catch (KubernetesClientException e) {
      if (ApiErrors.isAbsent(e)) {
        return null;
      }
      throw e;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the API server answers in JSON", e);
    }
  }

  private static boolean isOf(JsonNode revision, String uid) {
    for (JsonNode owner : revision.at("/metadata/ownerReferences")) {
      if (uid.equals(owner.path("uid").asText())) {
        return true;
      }
    }
    return false;
  }

  private static String keysIn(JsonNode revision) {
    return revision.at("/data/keys").asText();
  }

  /**
   * Whose a list is. The job itself, whose status is long, is not held for as long as its factory.
   */
  private record Of(String namespace, String job, String uid) {
    static Of job(Job job) {
      ObjectMeta meta = job.getMetadata();
      return new Of(meta.getNamespace(), meta.getName(), meta.getUid());
    }

    String name(String digest, int part) {
      return Names.filesOf(job, uid, digest, part);
    }
  }

  /** The keys of a job whose status names its list. Each is read when it is asked for. */
  List<String> keys(Job job, ListedFiles list) {
    return new Read(
        Of.job(job),
        Objects.requireNonNullElse(list.count(), 0),
        Objects.requireNonNullElse(list.perPart(), 1),
        String.valueOf(list.digest()));
  }

  private final class Read extends AbstractList<String> {
    private final Of of;
    private final int count;
    private final int perPart;
    private final String digest;

    Read(Of of, int count, int perPart, String digest) {
      this.of = of;
      this.count = count;
      this.perPart = perPart;
      this.digest = digest;
    }

    @Override
    public String get(int index) {
      int part = index / perPart;
      return part(of, digest, part, PackedKeys.in(part, count, perPart)).get(index % perPart);
    }

    @Override
    public int size() {
      return count;
    }
  }

  private List<String> part(Of of, String digest, int part, int size) {
    String name = of.name(digest, part);
    List<String> keys = atHand.get(of.namespace() + "/" + name);
    if (keys != null) {
      return keys;
    }
    JsonNode found = read(of.namespace(), name);
    if (found == null || !isOf(found, of.uid())) {
      throw new LostList(
          "ControllerRevision "
              + name
              + ", which has a part of the list of the job's objects, is not there any more; delete"
              + " the job, and create it again");
    }
    try {
      keys = PackedKeys.unpack(Base64.getMimeDecoder().decode(keysIn(found)));
    } catch (IOException | IllegalArgumentException e) {
      keys = List.of();
    }
    if (keys.size() != size) {
      throw new LostList(
          "ControllerRevision "
              + name
              + " is not the part of the list of the job's objects that it was; delete the job, and"
              + " create it again");
    }
    atHand.put(of.namespace() + "/" + name, keys);
    return keys;
  }

  private @Nullable JsonNode read(String namespace, String name) {
    try {
      return find(namespace, name);
    } catch (KubernetesClientException e) {
      throw new UnreadList(
          "ControllerRevision "
              + name
              + ", which has a part of the list of the job's objects, cannot be read: "
              + ApiErrors.message(e)
              + "; it is tried again",
          e);
    }
  }

  /** Whether the job is one whose objects are not listed yet. */
  static boolean waits(Job job) {
    ListedFiles list = job.statusOrNew().files();
    return FileListing.isFor(job) && (list == null || !list.listed());
  }
}
