package io.poolwright.storage;

/** One object as a listing shows it. */
public record StoredObject(String key, long size) {}
