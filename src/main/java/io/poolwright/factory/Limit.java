package io.poolwright.factory;

import io.fabric8.generator.annotation.Size;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.Field;

/** How long a field's text may be, read from where the schema has it from. */
record Limit(long min, long max) {
  static Limit of(Class<? extends Record> type, String field) {
    return of(declared(type, field));
  }

  /** Of each item of a list. */
  static Limit ofItems(Class<? extends Record> type, String field) {
    return of(
        ((AnnotatedParameterizedType) declared(type, field).getAnnotatedType())
            .getAnnotatedActualTypeArguments()[0]);
  }

  private static Limit of(AnnotatedElement bounded) {
    Size size = bounded.getAnnotation(Size.class);
    return new Limit(size.min(), size.max());
  }

  private static Field declared(Class<? extends Record> type, String field) {
    try {
      return type.getDeclaredField(field);
    } catch (NoSuchFieldException e) {
      throw new IllegalArgumentException(type + " has no " + field, e);
    }
  }
}
