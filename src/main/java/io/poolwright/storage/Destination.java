package io.poolwright.storage;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** The local file that something is downloaded to. */
public record Destination(Path file, Set<PosixFilePermission> permissions) {}
