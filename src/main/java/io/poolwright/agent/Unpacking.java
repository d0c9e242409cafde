package io.poolwright.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory that an archive is being unpacked into. Links are made last, when no more file can
 * be written through them, and each is followed by the kernel once to see where it really ends.
 */
final class Unpacking {

  /** The disk failed, not the archive. */
  static final class DiskProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final IOException problem;

    DiskProblem(IOException problem) {
      super(problem);
      this.problem = problem;
    }

    IOException problem() {
      return problem;
    }
  }

  /** What a file system takes; longer names would look like a failing disk. */
  private static final int LONGEST_PART = 255;

  static final int LONGEST_NAME = 2048;
  private static final int SHOWN = 120;

  private final Path root;
  private final Archive.Limits limits;
  private final long archiveBytes;
  private final boolean keepsContent;
  private final byte[] buffer = new byte[1 << 16];
  private final Map<Path, String> links = new LinkedHashMap<>();
  private long entries;
  private long bytes;

  /**
   * @param keepsContent false: files are read to their end and made empty
   */
  Unpacking(Path root, Archive.Limits limits, long archiveBytes, boolean keepsContent)
      throws IOException {
    this.root = root.toRealPath();
    this.limits = limits;
    this.archiveBytes = archiveBytes;
    this.keepsContent = keepsContent;
  }

  Archive.Contents contents() {
    return new Archive.Contents(entries, bytes);
  }

  static Archive.Refused special(String name) {
    return new Archive.Refused(
        "The archive's entry \""
            + name
            + "\" is a device or another special file; a package may hold files, directories and links only.");
  }

  void directory(String name) throws Archive.Refused {
    make(target(name), name);
  }

  void file(String name, int mode, InputStream content) throws IOException, Archive.Refused {
    Path file = target(name);
    if (file.equals(root)) {
      throw new Archive.Refused("The archive's entry \"" + name + "\" has no file name.");
    }
    if ((mode & 06000) != 0) {
      throw new Archive.Refused(
          "The archive's entry \""
              + name
              + "\" is a setuid or setgid program; take these bits off, nothing in a package runs as another user.");
    }
    make(parent(file), name);
    OutputStream out = create(file, name);
    try (out) {
      int count;
      while ((count = content.read(buffer)) >= 0) {
        bytes += count;
        checkSize(name);
        try {
          if (keepsContent) {
            out.write(buffer, 0, count);
          }
        } catch (IOException problem) {
          throw new DiskProblem(problem);
        }
      }
    }
    disk(() -> Files.setPosixFilePermissions(file, permissions(mode)));
  }

  private void checkSize(String name) throws Archive.Refused {
    if (bytes > limits.bytes()) {
      throw new Archive.Refused(
          "The archive unpacks to more than "
              + limits.bytes()
              + " bytes (at the entry \""
              + name
              + "\"); split it into smaller packages.");
    }
    if (bytes > limits.freeBytes() && bytes / limits.ratio() > archiveBytes) {
      throw new Archive.Refused(
          "The archive unpacks to more than "
              + limits.ratio()
              + " times its own size (at the entry \""
              + name
              + "\"), as archives do that are made to fill a disk.");
    }
  }

  void link(String name, String to) throws Archive.Refused {
    Path link = target(name);
    if (isTooLong(to)) {
      throw new Archive.Refused(
          "The archive's link \"" + name + "\" leads to a name that is too long for a file.");
    }
    if (to.isEmpty()
        || to.startsWith("/")
        || link.equals(root)
        || !parent(link).resolve(path(to, name)).normalize().startsWith(root)) {
      throw leads(name, to);
    }
    make(parent(link), name);
    links.put(link, to);
  }

  void hardLink(String name, String to) throws Archive.Refused {
    Path link = target(name);
    Path existing = target(to);
    entries--;
    if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
      throw new Archive.Refused(
          "The archive's entry \""
              + name
              + "\" is a hard link to \""
              + to
              + "\", which is no file before it in the archive.");
    }
    make(parent(link), name);
    if (link.equals(existing)) {
      return;
    }
    refuseDirectory(link, name);
    disk(() -> {
      Files.deleteIfExists(link);
      return Files.createLink(link, existing);
    });
  }

  void finish() throws IOException, Archive.Refused {
    for (Map.Entry<Path, String> link : links.entrySet()) {
      try {
        Files.createSymbolicLink(link.getKey(), Path.of(link.getValue()));
      } catch (FileAlreadyExistsException both) {
        throw new Archive.Refused(
            "The archive's entry \""
                + root.relativize(link.getKey())
                + "\" is a link and something else as well.",
            both);
      }
    }
    for (Map.Entry<Path, String> link : links.entrySet()) {
      String name = root.relativize(link.getKey()).toString();
      try {
        if (!link.getKey().toRealPath().startsWith(root)) {
          throw leads(name, link.getValue());
        }
      } catch (NoSuchFileException dangling) {
        // Without "..", a path through links that all stay inside stays inside too, even if its end
        // is missing.
        if (Arrays.asList(link.getValue().split("/")).contains("..")) {
          throw leads(name, link.getValue());
        }
      } catch (IOException circle) {
        throw new Archive.Refused("The archive's link \"" + name + "\" leads in a circle.", circle);
      }
    }
  }

  private static Archive.Refused leads(String name, String to) {
    return new Archive.Refused(
        "The archive's link \"" + name + "\" -> \"" + cut(to) + "\" leads out of the package.");
  }

  static Archive.Refused tooMany(Archive.Limits limits, String name) {
    return new Archive.Refused(
        "The archive has more than "
            + limits.entries()
            + " entries (at \""
            + cut(name)
            + "\"); split it into smaller packages.");
  }

  static Archive.Refused longHeader(Bounded.TooLong bomb, String before) {
    return new Archive.Refused(
        "The archive's entry \""
            + cut(bomb.header())
            + "\" ("
            + (before.isEmpty() ? "its first" : "the one after \"" + cut(before) + "\"")
            + ") has a name or attributes of more than "
            + Bounded.MOST
            + " bytes, as archives do that are made to fill the memory.",
        bomb);
  }

  private static String cut(String name) {
    return name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "…";
  }

  private static boolean isTooLong(String name) {
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      return true;
    }
    for (String part : name.split("/", -1)) {
      if (part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART) {
        return true;
      }
    }
    return false;
  }

  private Path target(String name) throws Archive.Refused {
    entries++;
    if (entries > limits.entries()) {
      throw tooMany(limits, name);
    }
    if (isTooLong(name)) {
      throw new Archive.Refused(
          "The archive's entry \"" + cut(name) + "\" has a name that is too long for a file.");
    }
    if (name.isEmpty() || name.startsWith("/")) {
      throw new Archive.Refused("The archive's entry \"" + name + "\" is not a relative path.");
    }
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw new Archive.Refused("The archive's entry \"" + name + "\" leads out of the package.");
      }
    }
    Path target = root.resolve(path(name, name)).normalize();
    if (!target.startsWith(root)) {
      throw new Archive.Refused("The archive's entry \"" + name + "\" leads out of the package.");
    }
    return target;
  }

  private static Path path(String text, String name) throws Archive.Refused {
    try {
      return Path.of(text);
    } catch (InvalidPathException invalid) {
      throw new Archive.Refused(
          "The archive's entry \"" + name + "\" has a name that is not possible on this node.",
          invalid);
    }
  }

  private Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? root : parent;
  }

  private static void make(Path directory, String name) throws Archive.Refused {
    try {
      Files.createDirectories(directory);
    } catch (FileAlreadyExistsException file) {
      throw new Archive.Refused(
          "The archive's entry \"" + name + "\" needs a directory where the archive has a file.",
          file);
    } catch (IOException problem) {
      throw new DiskProblem(problem);
    }
  }

  private static OutputStream create(Path file, String name) throws Archive.Refused {
    refuseDirectory(file, name);
    return disk(() -> {
      Files.deleteIfExists(file);
      return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    });
  }

  private static void refuseDirectory(Path file, String name) throws Archive.Refused {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new Archive.Refused("The archive's entry \"" + name + "\" is a file and a directory.");
    }
  }

  private interface OnDisk<T> {
    T run() throws IOException;
  }

  private static <T> T disk(OnDisk<T> action) {
    try {
      return action.run();
    } catch (IOException problem) {
      throw new DiskProblem(problem);
    }
  }

  /**
   * Readable for the pod's group whatever the archive says; executable if its owner could; never
   * setuid.
   */
  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_READ);
    boolean program = (mode & 0111) != 0;
    if (program) {
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
      permissions.add(PosixFilePermission.GROUP_EXECUTE);
    }
    if ((mode & 0004) != 0) {
      permissions.add(PosixFilePermission.OTHERS_READ);
      if (program) {
        permissions.add(PosixFilePermission.OTHERS_EXECUTE);
      }
    }
    return permissions;
  }

  /** Removes a tree without following any link in it. */
  static void remove(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
