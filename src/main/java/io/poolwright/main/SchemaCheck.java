package io.poolwright.main;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.poolwright.api.Span;
import io.poolwright.factory.InvalidFactory;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the API server would check by the schema, for a file that it does not see: the records of
 * the API and their annotations, which the schema is made from. Rules that look at several fields
 * are not among it.
 */
final class SchemaCheck {
  /** Names that Azure has, and why they are not here. */
  private static final Map<String, String> ABSENT =
      Map.of(
          "id", "the id is the task's index; ",
          "jobId", "the tasks belong to the factory's job; ",
          "dependsOn", "tasks of a factory cannot depend on others, and mergeTask depends on all; ",
          "containerUrl", "containers are buckets here and named, not addressed; ",
          "registry", "imagePullSecrets names the Secrets that have the registry's credentials; ",
          "blobSource", "it is httpUrl or storageUrl; ",
          "packageReferences", "put what they install into the image; ");

  private SchemaCheck() {}

  /** The first thing that is wrong, with its path. */
  static void check(String path, JsonNode node, Class<?> type) throws InvalidFactory {
    if (!node.isObject()) {
      throw new InvalidFactory(path, "must be an object, with fields");
    }
    for (Map.Entry<String, JsonNode> given : node.properties()) {
      String below = path.isEmpty() ? given.getKey() : path + "." + given.getKey();
      Field field = field(type, below, given.getKey());
      if (!given.getValue().isNull()) {
        value(below, given.getValue(), field.getType(), field, field.getAnnotatedType());
      }
    }
    for (Field field : fields(type)) {
      if (field.isAnnotationPresent(Required.class) && !node.hasNonNull(name(field))) {
        throw new InvalidFactory(
            path.isEmpty() ? name(field) : path + "." + name(field), "is required");
      }
    }
  }

  private static List<Field> fields(Class<?> type) {
    return Arrays.stream(type.getDeclaredFields())
        .filter(f -> !Modifier.isStatic(f.getModifiers()))
        .toList();
  }

  /** As it is written: some words cannot be names in Java. */
  private static String name(Field field) {
    JsonProperty written = field.getAnnotation(JsonProperty.class);
    return written == null || written.value().isEmpty() ? field.getName() : written.value();
  }

  private static Field field(Class<?> type, String path, String name) throws InvalidFactory {
    for (Field field : fields(type)) {
      if (name(field).equals(name)) {
        return field;
      }
    }
    throw new InvalidFactory(
        path,
        "there is no such field: "
            + ABSENT.getOrDefault(name, "")
            + "the fields are "
            + fields(type).stream().map(SchemaCheck::name).collect(Collectors.joining(", ")));
  }

  private static void value(
      String path, JsonNode node, Class<?> type, AnnotatedElement limits, AnnotatedType declared)
      throws InvalidFactory {
    if (type == String.class || type == Span.class) {
      text(path, node, limits);
    } else if (type.isEnum()) {
      choice(path, node, type);
    } else if (type == List.class) {
      list(path, node, limits, (AnnotatedParameterizedType) declared);
    } else if (type == Map.class) {
      amounts(path, node, limits);
    } else if (type.isRecord()) {
      check(path, node, type);
    } else if (type == Boolean.class || type == boolean.class) {
      demand(path, node.isBoolean(), "must be true or false");
    } else {
      boolean whole = type != Double.class && type != double.class;
      demand(
          path,
          whole ? node.isIntegralNumber() : node.isNumber(),
          whole ? "must be a whole number" : "must be a number");
      number(path, node, limits);
    }
  }

  private static void demand(String path, boolean holds, String message) throws InvalidFactory {
    if (!holds) {
      throw new InvalidFactory(path, message);
    }
  }

  private static void text(String path, JsonNode node, AnnotatedElement limits)
      throws InvalidFactory {
    demand(path, node.isTextual(), "must be text; a number or true goes in quotes");
    size(path, node.textValue().length(), limits, "characters");
    Pattern pattern = limits.getAnnotation(Pattern.class);
    boolean fits =
        pattern == null
            || java.util.regex.Pattern.compile(pattern.value()).matcher(node.textValue()).find();
    demand(path, fits, pattern == null ? "" : "does not match " + pattern.value());
  }

  private static void size(String path, int size, AnnotatedElement limits, String what)
      throws InvalidFactory {
    Size bounds = limits.getAnnotation(Size.class);
    boolean fits = bounds == null || (size >= bounds.min() && size <= bounds.max());
    demand(
        path,
        fits,
        bounds == null ? "" : "must have " + bounds.min() + " to " + bounds.max() + " " + what);
  }

  private static void choice(String path, JsonNode node, Class<?> type) throws InvalidFactory {
    List<String> names =
        Arrays.stream(type.getDeclaredFields())
            .filter(Field::isEnumConstant)
            .map(f -> f.getAnnotation(JsonProperty.class).value())
            .toList();
    demand(
        path,
        node.isTextual() && names.stream().anyMatch(node.textValue()::equalsIgnoreCase),
        "must be one of " + String.join(", ", names));
  }

  private static void list(
      String path, JsonNode node, AnnotatedElement limits, AnnotatedParameterizedType declared)
      throws InvalidFactory {
    demand(path, node.isArray(), "must be a list");
    size(path, node.size(), limits, "items");
    AnnotatedType item = declared.getAnnotatedActualTypeArguments()[0];
    Class<?> type =
        item.getType() instanceof ParameterizedType generic
            ? (Class<?>) generic.getRawType()
            : (Class<?>) item.getType();
    for (int i = 0; i < node.size(); i++) {
      value(path + "[" + i + "]", node.get(i), type, item, item);
    }
  }

  /** The only maps that tasks have: of quantities. */
  private static void amounts(String path, JsonNode node, AnnotatedElement limits)
      throws InvalidFactory {
    demand(path, node.isObject(), "must be an object, with fields");
    size(path, node.size(), limits, "fields");
    for (Map.Entry<String, JsonNode> given : node.properties()) {
      demand(
          path + "." + given.getKey(),
          given.getValue().isTextual() || given.getValue().isIntegralNumber(),
          "must be a whole number, or an amount as text");
    }
  }

  private static void number(String path, JsonNode node, AnnotatedElement limits)
      throws InvalidFactory {
    Min min = limits.getAnnotation(Min.class);
    Max max = limits.getAnnotation(Max.class);
    double low = min == null ? Long.MIN_VALUE : min.value();
    double high = max == null ? Long.MAX_VALUE : max.value();
    boolean finite = !node.isFloatingPointNumber() || Double.isFinite(node.doubleValue());
    boolean fits = finite && node.doubleValue() >= low && node.doubleValue() <= high;
    demand(path, fits, "must be from " + plain(low) + " to " + plain(high));
  }

  private static String plain(double bound) {
    boolean whole = bound == Math.rint(bound) && Math.abs(bound) < 1e19;
    return whole ? new BigDecimal(bound).toPlainString() : Double.toString(bound);
  }
}
