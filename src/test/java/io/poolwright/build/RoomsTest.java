package io.poolwright.build;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rooms of the program and the arrows between them. */
class RoomsTest {
  private static final String BASE = "io.poolwright.";

  /** What each room may use of ours; arrows point downward only. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry(
              "main",
              Set.of(
                  "reconcile",
                  "cluster",
                  "board",
                  "plan",
                  "pods",
                  "status",
                  "snapshot",
                  "autoscale",
                  "factory",
                  "agent",
                  "storage",
                  "keys",
                  "metrics",
                  "config",
                  "api")),
          Map.entry(
              "reconcile",
              Set.of(
                  "cluster",
                  "board",
                  "plan",
                  "pods",
                  "status",
                  "snapshot",
                  "factory",
                  "metrics",
                  "api")),
          Map.entry(
              "cluster",
              Set.of(
                  "board",
                  "plan",
                  "pods",
                  "status",
                  "snapshot",
                  "autoscale",
                  "factory",
                  "keys",
                  "metrics",
                  "config",
                  "api")),
          Map.entry("board", Set.of("plan", "pods", "status", "snapshot", "factory", "api")),
          Map.entry("plan", Set.of("pods", "status", "snapshot", "autoscale", "factory", "api")),
          Map.entry("pods", Set.of("api")),
          Map.entry("status", Set.of("api")),
          Map.entry("snapshot", Set.of("api")),
          Map.entry("factory", Set.of("api")),
          Map.entry("agent", Set.of("storage", "keys")),
          Map.entry("keys", Set.of()),
          Map.entry("autoscale", Set.of()),
          Map.entry("storage", Set.of()),
          Map.entry("metrics", Set.of()),
          Map.entry("config", Set.of()),
          Map.entry("api", Set.of()));

  private static final JavaClasses MAIN = imported(Predefined.DO_NOT_INCLUDE_TESTS);
  private static final JavaClasses ALL = imported(location -> true);

  private static JavaClasses imported(ImportOption option) {
    return new ClassFileImporter()
        .withImportOption(option)
        .withImportOption(Predefined.DO_NOT_INCLUDE_ARCHIVES)
        .importPackages("io.poolwright");
  }

  @Test
  void everyRoomIsOnTheMap() {
    Set<String> found =
        MAIN.stream()
            .map(c -> room(c.getPackageName()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(MAY_USE.keySet()).containsAll(found);
  }

  @TestFactory
  Stream<DynamicTest> aRoomUsesOnlyWhatLiesBelowIt() {
    return new TreeMap<>(MAY_USE)
        .entrySet().stream()
            .map(room ->
                DynamicTest.dynamicTest(
                    room.getKey(),
                    () -> {
                      Set<String> forbidden = new TreeSet<>(MAY_USE.keySet());
                      forbidden.removeAll(room.getValue());
                      forbidden.remove(room.getKey());
                      noClasses()
                          .that()
                          .resideInAPackage(BASE + room.getKey() + "..")
                          .should()
                          .dependOnClassesThat()
                          .resideInAnyPackage(
                              forbidden.stream().map(f -> BASE + f + "..").toArray(String[]::new))
                          .allowEmptyShould(true)
                          .check(MAIN);
                    }));
  }

  @Test
  void onlyTheClusterRoomTalksToKubernetes() {
    noClasses()
        .that()
        .resideOutsideOfPackages(BASE + "cluster..", BASE + "main..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.fabric8.kubernetes.client..")
                .and(
                    describe(
                        "are neither a resource's base nor the default of an annotation's member",
                        c ->
                            !c.getName().equals(CustomResource.class.getName())
                                && !c.getName().equals(ItemStore.class.getName()))))
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void onlyReconcilersClusterAndMainKnowTheOperatorFramework() {
    noClasses()
        .that()
        .resideOutsideOfPackages(BASE + "reconcile..", BASE + "cluster..", BASE + "main..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.javaoperatorsdk..")
        .check(MAIN);
  }

  @Test
  void onlyTheStorageRoomKnowsTheObjectStore() {
    noClasses()
        .that()
        .resideOutsideOfPackage(BASE + "storage..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.minio..", "okhttp3..", "okio..")
        .check(MAIN);
  }

  /**
   * It holds the storage credential, and is started once for each task: no Kubernetes in it, no
   * logging framework.
   */
  @Test
  void theAgentKnowsNoKubernetes() {
    noClasses()
        .that()
        .resideInAnyPackage(BASE + "agent..", BASE + "storage..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.fabric8..",
            "io.javaoperatorsdk..",
            "io.prometheus..",
            "org.slf4j..",
            "ch.qos.logback..")
        .check(MAIN);
  }

  @Test
  void decisionsArePure() {
    noClasses()
        .that()
        .resideInAnyPackage(
            BASE + "plan..",
            BASE + "pods..",
            BASE + "status..",
            BASE + "snapshot..",
            BASE + "autoscale..",
            BASE + "factory..",
            BASE + "api..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.net.http..",
                    "java.nio.file..",
                    "java.util.concurrent..",
                    "org.slf4j..",
                    "io.prometheus..")
                .or(assignableTo(Thread.class)))
        .allowEmptyShould(true)
        .check(MAIN);
  }

  /** A decision reads the clock from its snapshot. */
  @Test
  void theClockIsReadAtTheEdgeOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(BASE + "main..", BASE + "cluster..", BASE + "agent..")
        .should()
        .callMethodWhere(
            describe(
                "reads the wall clock",
                (JavaCall<?> call) -> {
                  JavaClass owner = call.getTargetOwner();
                  String name = call.getName();
                  boolean now =
                      owner.getPackageName().equals("java.time")
                          && name.equals("now")
                          && call.getTarget().getRawParameterTypes().stream()
                              .noneMatch(p -> p.isEquivalentTo(Clock.class));
                  return now
                      || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                      || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"));
                }))
        .check(MAIN);
  }

  @Test
  void nobodySleeps() {
    noClasses()
        .should()
        .callMethodWhere(
            describe(
                "sleeps",
                (JavaCall<?> call) ->
                    call.getName().equals("sleep")
                        && (call.getTargetOwner().isEquivalentTo(Thread.class)
                            || call.getTargetOwner()
                                .getName()
                                .equals("java.util.concurrent.TimeUnit"))))
        .check(ALL);
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses().should().haveNameMatching(".*\\.\\w*(Utils?|Helpers?|Managers?|Impl)").check(ALL);
    noClasses().should().haveNameMatching(".*\\.Abstract\\w*").check(ALL);
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..utils..", "..common..", "..misc..")
        .check(ALL);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .should(
            be(
                describe(
                    "in a package whose package-info.java says @NullMarked",
                    c -> c.getPackage().isAnnotatedWith(NullMarked.class))))
        .check(MAIN);
  }

  @Test
  void everyCustomResourceHasItsFile() {
    List<String> kinds =
        MAIN.stream()
            .filter(c -> c.isAssignableTo(CustomResource.class))
            .map(JavaClass::getSimpleName)
            .sorted()
            .toList();
    assertThat(CrdFiles.generate()).hasSize(kinds.size());
  }

  @Test
  void noSourceFileIsLongerThan400Lines() throws IOException {
    List<Path> tooLong;
    try (Stream<Path> sources = Files.walk(Path.of("src"))) {
      tooLong =
          sources.filter(f -> f.toString().endsWith(".java")).filter(f -> lines(f) > 400).toList();
    }
    assertThat(tooLong).isEmpty();
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String room(String packageName) {
    String below = packageName.substring(BASE.length());
    int dot = below.indexOf('.');
    return dot < 0 ? below : below.substring(0, dot);
  }
}
