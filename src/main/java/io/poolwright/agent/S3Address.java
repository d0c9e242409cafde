package io.poolwright.agent;

import io.poolwright.storage.StorageFailure;

/** {@code s3://bucket/key}; without a bucket it is the linked one. */
record S3Address(String bucket, String key) {
  private static final String SCHEME = "s3://";

  static S3Address parse(String text, Storage storage) throws StorageFailure {
    if (!text.startsWith(SCHEME)) {
      throw new StorageFailure(
          StorageFailure.Kind.INVALID_REQUEST,
          "storageUrl must look like s3://bucket/key, or s3:///key for the linked bucket; give a web address as httpUrl.");
    }
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    String key = slash < 0 ? "" : rest.substring(slash + 1);
    return new S3Address(bucket.isEmpty() ? storage.linkedBucket() : bucket, key);
  }
}
