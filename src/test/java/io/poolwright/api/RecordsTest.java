package io.poolwright.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A record's fields are what it is written with. Jackson takes each other method that is named
 * {@code is…} or {@code get…} for one more, which the API server then refuses or prunes.
 */
class RecordsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static List<Class<?>> records() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.poolwright.api")
            .stream()
            .filter(JavaClass::isRecord)
            .<Class<?>>map(JavaClass::reflect)
            .toList();
  }

  /** The methods that Jackson takes for fields, beside those of the record. */
  static List<String> takenForFields(Class<?> type) {
    Set<String> components =
        Arrays.stream(type.getRecordComponents())
            .map(c -> c.getAccessor().getName())
            .collect(Collectors.toSet());
    BeanDescription seen = MAPPER.getSerializationConfig().introspect(MAPPER.constructType(type));
    Set<String> ignored =
        MAPPER
            .getSerializationConfig()
            .getDefaultPropertyIgnorals(type, seen.getClassInfo())
            .findIgnoredForSerialization();
    return seen.findProperties().stream()
        .filter(p -> p.getGetter() != null && !ignored.contains(p.getName()))
        .<AnnotatedMember>map(p -> p.getGetter())
        .map(AnnotatedMember::getName)
        .filter(m -> !components.contains(m))
        .map(m -> type.getName() + "." + m + "()")
        .toList();
  }

  /** As somebody could write them. */
  record Named(int size, boolean isLarge) {
    public boolean isEmpty() {
      return size == 0;
    }

    public int getHalf() {
      return size / 2;
    }

    public boolean holds() {
      return size > 0;
    }

    boolean isOurs() {
      return true;
    }
  }

  @Test
  void whatIsNamedLikeAFieldIsFound() {
    assertThat(takenForFields(Named.class))
        .containsExactlyInAnyOrder(
            Named.class.getName() + ".isEmpty()", Named.class.getName() + ".getHalf()");
  }

  @Test
  void noMethodOfARecordIsTakenForAField() {
    List<Class<?>> records = records();

    assertThat(records).hasSizeGreaterThan(50);
    assertThat(records.stream().flatMap(r -> takenForFields(r).stream())).isEmpty();
  }
}
