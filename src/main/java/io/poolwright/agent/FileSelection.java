package io.poolwright.agent;

import java.io.IOException;
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
import java.util.function.Consumer;

/**
 * Finds the files that a pattern selects. The task may have left any link in its directory, also
 * one to the credential of the container that uploads: only what really lies in the task's
 * directory is ever selected.
 */
final class FileSelection {

  /**
   * A selected file.
   *
   * @param file its real path
   * @param name its path below the directory that the pattern begins in
   */
  record Selected(Path file, String name) {}

  private record Place(Path directory, int segment) {}

  private final Path root;
  private final Consumer<String> note;
  private final Map<String, Path> found = new TreeMap<>(Comparator.naturalOrder());
  private final Set<Place> seen = new HashSet<>();

  FileSelection(Path taskDirectory, Consumer<String> note) throws IOException {
    this.root = taskDirectory.toRealPath();
    this.note = note;
  }

  List<Selected> select(FilePattern pattern) throws IOException {
    found.clear();
    seen.clear();
    Path start = root;
    for (String name : pattern.directory()) {
      start = start.resolve(name);
    }
    if (Files.isDirectory(start) && inside(start)) {
      walk(start, "", pattern.segments(), 0);
    }
    List<Selected> selected = new ArrayList<>();
    found.forEach((name, file) -> selected.add(new Selected(file, name)));
    return selected;
  }

  private void walk(Path directory, String prefix, List<FilePattern.Segment> segments, int at)
      throws IOException {
    if (!seen.add(new Place(directory, at))) {
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

  private static List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    }
    return entries;
  }

  private static String name(Path entry) {
    return String.valueOf(entry.getFileName());
  }
}
