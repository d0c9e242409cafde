package io.poolwright.agent;

import io.poolwright.storage.ObjectStore;
import io.poolwright.storage.StorageCredentials;
import io.poolwright.storage.StorageFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The linked storage, opened when the first transfer needs it: a task that only reads from the web
 * pays nothing for it.
 */
final class Storage implements AutoCloseable {
  private final Surroundings surroundings;
  private @Nullable StorageCredentials credentials;
  private @Nullable ObjectStore store;

  Storage(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  ObjectStore store() throws StorageFailure {
    ObjectStore open = store;
    if (open == null) {
      open = ObjectStore.connect(credentials(), surroundings.patience());
      store = open;
    }
    return open;
  }

  String linkedBucket() throws StorageFailure {
    return credentials().linkedBucket();
  }

  private StorageCredentials credentials() throws StorageFailure {
    StorageCredentials read = credentials;
    if (read == null) {
      read = StorageCredentials.read(surroundings.storage());
      credentials = read;
    }
    return read;
  }

  /**
   * The namespace's own authority also vouches for web addresses: presigned URLs lead to the same
   * store.
   */
  Optional<Path> authority() {
    Path file = surroundings.storage().resolve("ca.crt");
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  @Override
  public void close() {
    ObjectStore open = store;
    if (open != null) {
      open.close();
    }
  }
}
