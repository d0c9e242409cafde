package io.poolwright.agent;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Finds the files that a pattern selects. The task may have left any link in its directory, also
 * one to the credential of the container that uploads: only what really lies in the task's
 * directory is ever selected.
 *
 * <p>A directory that the pattern need not enter may be as private as it likes. One that it leads
 * into is told: what a user asked to be stored and may have lost is worse than a failure.
 */
final class FileSelection {

  /**
   * A selected file.
   *
   * @param file its real path
   * @param name its path below the directory that the pattern begins in
   */
  record Selected(Path file, String name) {}

  /** What the uploader, which is another user than the command, may see of a directory. */
  interface Access {
    Access REAL =
        new Access() {
          @Override
          public List<Path> entries(Path directory) throws IOException {
            List<Path> entries = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
              stream.forEach(entries::add);
            }
            return entries;
          }

          @Override
          public boolean mayEnter(Path directory) {
            return Files.isExecutable(directory);
          }
        };

    /** Throws AccessDeniedException where their names may not be read. */
    List<Path> entries(Path directory) throws IOException;

    boolean mayEnter(Path directory);
  }

  private record Place(Path directory, int segment) {}

  private final Path root;
  private final Access access;
  private final Consumer<String> note;
  private final Set<String> closed = new TreeSet<>();
  private final Map<String, Path> found = new TreeMap<>(Comparator.naturalOrder());
  private final Set<Place> seen = new HashSet<>();

  FileSelection(Path taskDirectory, Access access, Consumer<String> note) throws IOException {
    this.root = taskDirectory.toRealPath();
    this.access = access;
    this.note = note;
  }

  List<Selected> select(FilePattern pattern) throws IOException {
    found.clear();
    seen.clear();
    closed.clear();
    Path start = root;
    for (String name : pattern.directory()) {
      if (isShut(start)) {
        return List.of();
      }
      start = start.resolve(name);
    }
    if (Files.isDirectory(start) && inside(start)) {
      walk(start, "", pattern.segments(), 0);
    }
    List<Selected> selected = new ArrayList<>();
    found.forEach((name, file) -> selected.add(new Selected(file, name)));
    return selected;
  }

  /**
   * Directories that the pattern leads into and the uploader may not read: what is in them is not
   * among what was selected last.
   */
  Set<String> closed() {
    return Set.copyOf(closed);
  }

  private boolean isShut(Path directory) {
    boolean shut = Files.isDirectory(directory) && !access.mayEnter(directory);
    if (shut) {
      close(directory);
    }
    return shut;
  }

  private void close(Path directory) {
    closed.add(
        directory.equals(root) ? "AZ_BATCH_TASK_DIR" : root.relativize(directory).toString());
  }

  private void walk(Path directory, String prefix, List<FilePattern.Segment> segments, int at)
      throws IOException {
    if (!seen.add(new Place(directory, at)) || isShut(directory)) {
      return;
    }
    boolean last = at == segments.size() - 1;
    switch (segments.get(at)) {
      case FilePattern.Segment.Literal literal ->
          visit(directory.resolve(literal.name()), prefix + literal.name(), segments, at, last);
      case FilePattern.Segment.Wild wild -> {
        for (Path entry : entries(directory)) {
          String name = name(entry);
          if (wild.matches(name)) {
            visit(entry, prefix + name, segments, at, last);
          }
        }
      }
      case FilePattern.Segment.AnyDirectories any -> {
        walk(directory, prefix, segments, at + 1);
        for (Path entry : entries(directory)) {
          // Links are not followed here, as no shell does: they may lead in circles.
          if (!name(entry).startsWith(".") && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            walk(entry, prefix + name(entry) + "/", segments, at);
          }
        }
      }
    }
  }

  private void visit(
      Path entry, String name, List<FilePattern.Segment> segments, int at, boolean last)
      throws IOException {
    if (last) {
      if (Files.isRegularFile(entry)) {
        if (inside(entry)) {
          found.put(name, entry.toRealPath());
        }
      } else if (Files.isDirectory(entry)
          && segments.get(at) instanceof FilePattern.Segment.Literal) {
        note.accept(
            name + " is a directory and not uploaded; write " + name + "/** for all files in it");
      }
    } else if (Files.isDirectory(entry) && inside(entry)) {
      walk(entry, name + "/", segments, at + 1);
    }
  }

  private boolean inside(Path entry) throws IOException {
    boolean inside = entry.toRealPath().startsWith(root);
    if (!inside) {
      note.accept(
          root.relativize(entry) + " is a link out of the task's directory and not followed");
    }
    return inside;
  }

  private List<Path> entries(Path directory) throws IOException {
    try {
      return access.entries(directory);
    } catch (AccessDeniedException denied) {
      close(directory);
      return List.of();
    }
  }

  private static String name(Path entry) {
    return String.valueOf(entry.getFileName());
  }
}
