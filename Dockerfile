# The image that dev/image makes, for those who would rather build with Docker, Podman or Buildah.
# Run dev/image first: it lays out target/image-root, trains the AOT caches on it and sets the file times that they insist on.
FROM scratch
COPY target/image-root/ /
USER 65532:65532
ENTRYPOINT ["/opt/poolwright/busybox", "sh", "/opt/poolwright/bin/operator.sh"]
