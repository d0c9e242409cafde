package io.poolwright.config;

/** Values of a container's imagePullPolicy. */
public enum ImagePullPolicy {
  Always,
  IfNotPresent,
  Never
}
