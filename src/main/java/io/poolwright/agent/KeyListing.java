package io.poolwright.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.poolwright.keys.PackedKeys;
import io.poolwright.storage.StorageFailure;
import io.poolwright.storage.StoredObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Lists the objects that a job's factory makes tasks of. The keys are printed, for the operator
 * reads them in the log; how many there are, and a digest of all, is in the termination message.
 */
final class KeyListing {
  private static final String FIELD = "spec.taskFactory.source";

  private final Surroundings surroundings;
  private final Storage storage;

  KeyListing(Surroundings surroundings, Storage storage) {
    this.surroundings = surroundings;
    this.storage = storage;
  }

  void run() throws AgentFailure, IOException {
    JsonNode source = Requests.read(surroundings, "POOLWRIGHT_SOURCE");
    PackedKeys packed = PackedKeys.of(keys(source));
    if (packed.bytes() > PackedKeys.LARGEST) {
      throw new AgentFailure(
          "TooManyFiles",
          "The keys of the "
              + packed.count()
              + " objects have "
              + packed.bytes()
              + " bytes when they are compressed, and a list at most "
              + PackedKeys.LARGEST
              + "; narrow prefix.",
          FIELD);
    }
    packed.print(surroundings.log()::println);
    surroundings.log().flush();
    TerminationMessage.write(
        surroundings.terminationLog(),
        TerminationMessage.object()
            .put("entries", packed.count())
            .put("perPart", packed.perPart())
            .put("sizeBytes", packed.bytes())
            .put("digest", packed.digest()));
    surroundings.say(packed.count() + " objects");
  }

  /**
   * Those that are files: some tools store a directory as an empty object whose name ends in '/'.
   * In the order of their bytes, as stores list them, whatever this one does.
   */
  private List<String> keys(JsonNode source) throws AgentFailure {
    Optional<String> bucket = Requests.text(source, "bucket");
    try {
      return storage
          .store()
          .list(
              bucket.isPresent() ? bucket.get() : storage.linkedBucket(),
              Requests.text(source, "prefix").orElse(""))
          .stream()
          .map(StoredObject::key)
          .filter(key -> !key.endsWith("/"))
          .distinct()
          .sorted(KeyListing::compare)
          .toList();
    } catch (StorageFailure failure) {
      throw AgentFailure.incoming(failure, FIELD);
    }
  }

  private static int compare(String one, String other) {
    return Arrays.compareUnsigned(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
