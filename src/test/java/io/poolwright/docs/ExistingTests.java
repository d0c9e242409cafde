package io.poolwright.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The tests below src/test/java, those on a real cluster included. One with cases is named with the
 * case: {@code PoolSizingTest.decisions/shrink-idle}, {@code SchemaIT.valid/pool-full}; a class
 * whose name another has too, with its room: {@code agent.PackagesTest.…}.
 */
final class ExistingTests implements Predicate<String> {
  private static final Path SOURCES = Path.of("src", "test", "java");
  private static final Path RESOURCES = Path.of("src", "test", "resources");

  private static final String BASE = "io.poolwright.";

  private final Map<String, String> classes = new HashMap<>();

  ExistingTests() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      files
          .map(f -> SOURCES.relativize(f).toString())
          .filter(f -> f.endsWith(".java"))
          .map(f -> f.substring(0, f.length() - ".java".length()).replace('/', '.'))
          .forEach(c -> classes.merge(c.substring(c.lastIndexOf('.') + 1), c, (a, b) -> ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean test(String name) {
    int slash = name.indexOf('/');
    String bare = slash < 0 ? name : name.substring(0, slash);
    int dot = bare.lastIndexOf('.');
    if (dot < 0) {
      return false;
    }
    String type = bare.substring(0, dot);
    String method = bare.substring(dot + 1);
    return hasTest(type, method) && (slash < 0 || hasCase(type, method, name.substring(slash + 1)));
  }

  /** Of two classes with the same simple name neither is meant by it. */
  private boolean hasTest(String type, String method) {
    String name = type.contains(".") ? BASE + type : classes.getOrDefault(type, "");
    if (name.isEmpty()) {
      return false;
    }
    try {
      Class<?> found = Class.forName(name, false, ExistingTests.class.getClassLoader());
      return Arrays.stream(found.getDeclaredMethods())
          .filter(m -> m.getName().equals(method))
          .anyMatch(ExistingTests::isTest);
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static boolean isTest(Method method) {
    return AnnotationSupport.isAnnotated(method, Testable.class);
  }

  private static boolean hasCase(String type, String method, String name) {
    Path golden = RESOURCES.resolve(type.replaceFirst("Test$", "")).resolve(name);
    return (!name.isEmpty() && Files.isDirectory(golden))
        || Files.isRegularFile(RESOURCES.resolve("it").resolve(method).resolve(name + ".yaml"));
  }
}
