package io.poolwright.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StorageFailureTest {

  @Test
  void aFullDiskSaysWhatCanBeDone() {
    StorageFailure full =
        StorageFailure.local(
            new FileSystemException("a", null, "No space left on device"),
            Path.of("/batch/applications/blender"));

    assertThat(full.kind()).isEqualTo(StorageFailure.Kind.DISK_FULL);
    assertThat(full.sentence())
        .contains("/batch/applications/blender", "Reimage the node", "node.directory.size");
  }
}
