# Sourced by dev/image: the parts of the image, one function each.

# What the operator and the agent use; jdeps names java.desktop and java.sql too, for parts of libraries that we never reach.
image_modules=java.base,java.logging,java.xml,java.naming,java.management,jdk.unsupported,jdk.crypto.ec,java.net.http,jdk.httpserver

# The agent's class path, in this order. Every jar costs each task some milliseconds; image_train_agent fails if one is missing.
image_agent_jars=(minio okhttp-jvm okio-jvm kotlin-stdlib jackson-annotations jackson-core jackson-databind simple-xml-safe guava
  commons-compress commons-codec commons-io commons-lang3 snappy-java aircompressor-v3 jspecify)
# The operator never talks to object storage, and so cannot.
image_agent_only_jars=(minio okhttp-jvm okio-jvm kotlin-stdlib annotations simple-xml-safe snappy-java commons-compress commons-codec
  commons-io commons-lang3 aircompressor-v3 guava failureaccess listenablefuture error_prone_annotations j2objc-annotations)

# The one jar in a class path file that is called NAME-<version>.jar.
image_jar() { # classpath-file name
  tr ':' '\n' <"$1" | grep -E "/$2-[0-9][^/]*\.jar$" || { echo "$2 is not among the dependencies; see dev/lib/image.sh" >&2; return 1; }
}

image_runtime() { # build
  local key
  key=$( (cat "$JAVA_HOME/release"; echo "$image_modules") | sha256sum | cut -c1-16)
  image_jre=$1/image-cache/jre-$key
  [ ! -d "$image_jre" ] || return 0
  rm -rf "$image_jre.new" && mkdir -p "$1/image-cache"
  "$JAVA_HOME/bin/jlink" --add-modules "$image_modules" --strip-debug --no-header-files --no-man-pages --output "$image_jre.new"
  mv "$image_jre.new" "$image_jre"
}

# The host's C library, where its own loader looks for it.
image_libc() { # root
  local binary library
  for binary in "$image_jre/bin/java" "$image_jre"/lib/*.so "$image_jre"/lib/server/*.so; do
    ldd "$binary"
  done | grep -oE '(=> )?/[^ ]+/(ld-linux[^ ]*|lib(c|m|dl|pthread|rt)\.so[^ ]*)' | sed 's/=> //' | sort -u >"$1/../image-libc"
  # Loaded by name only once an address is looked up.
  library=$(dirname "$(grep '/libc\.so' "$1/../image-libc")")
  for binary in libresolv.so.2 libnss_dns.so.2 libnss_files.so.2; do echo "$library/$binary"; done >>"$1/../image-libc"
  while read -r library; do install -D -m 755 "$library" "$1$library"; done <"$1/../image-libc"
}

image_files() { # build root
  local build=$1 root=$2 jar name busybox
  rm -rf "$root" && mkdir -p "$root"/{app/lib,opt/poolwright/bin,etc,tmp}
  cp -a "$image_jre" "$root/opt/jre"
  image_libc "$root"

  busybox=$(command -v busybox) && ! ldd "$busybox" >/dev/null 2>&1 || { echo "The image needs a static busybox: apt-get install busybox-static" >&2; return 1; }
  install -m 755 "$busybox" "$root/opt/poolwright/busybox"
  install -m 755 src/main/image/*.sh "$root/opt/poolwright/bin/"
  # Both come under licences of their own, which travel with them.
  for name in busybox-static libc6; do
    [ ! -f "/usr/share/doc/$name/copyright" ] || install -D -m 644 "/usr/share/doc/$name/copyright" "$root/opt/poolwright/licenses/$name"
  done
  install -m 644 LICENSE "$root/opt/poolwright/licenses/poolwright"
  printf 'root:x:0:0::/:/\npoolwright:x:65532:65532::/tmp:/\n' >"$root/etc/passwd"
  printf 'root:x:0:\npoolwright:x:65532:\n' >"$root/etc/group"
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"

  local agent=/app/lib/poolwright-agent.jar operator=/app/lib/poolwright.jar
  install -m 644 "$build"/poolwright-*-agent.jar "$root$agent"
  install -m 644 "$(ls "$build"/poolwright-*.jar | grep -v -e '-agent\.jar$')" "$root$operator"
  for jar in $(tr ':' '\n' <"$build/runtime.classpath"); do install -m 644 "$jar" "$root/app/lib/"; done
  for name in "${image_agent_jars[@]}"; do
    jar=$(image_jar "$build/runtime.classpath" "$name") || return 1
    agent=$agent:/app/lib/${jar##*/}
  done
  for jar in $(tr ':' '\n' <"$build/runtime.classpath" | sed 's#.*/##' | sort); do
    ! printf '%s\n' "${image_agent_only_jars[@]}" | grep -qxE "$(sed -E 's/-[0-9][^/]*\.jar$//' <<<"$jar")" || continue
    operator=$operator:/app/lib/$jar
  done
  printf '%s' "$agent" >"$root/app/agent-classpath"
  printf '%s' "$operator" >"$root/app/operator-classpath"

  # Jars that neither wants stay out.
  for jar in "$root"/app/lib/*.jar; do
    grep -qF "/app/lib/${jar##*/}" "$root/app/agent-classpath" "$root/app/operator-classpath" || rm "$jar"
  done
  chmod 1777 "$root/tmp"
  # An AOT cache is only used with jars of the size and time that it was trained with; this is the time that Jib gives to all files.
  find "$root" -exec touch -h -d @1 {} +
}

# The script that starts a program in the image, with the image's paths moved to here. So the flags are those of the script, whatever they are.
image_script() { # root name
  local classpath
  classpath=$(sed "s#/app/lib/#$1/app/lib/#g" "$1/app/$2-classpath")
  sed -e "s#/opt/jre/#$1/opt/jre/#" -e "s#-XX:AOTCache=/app/$2.aot#-XX:AOTCache=$1/app/$2.aot#" -e "s#@/app/$2-classpath#$classpath#" "src/main/image/$2.sh"
}

# The same, with the cache to be written, not read.
image_training_script() { # root name
  image_script "$1" "$2" | sed "s#-XX:AOTCache=#-XX:AOTCacheOutput=#" >"$1/../train-$2.sh"
  grep -q "AOTCacheOutput=.* -cp $1/app/lib" <(tr -d '\\\n' <"$1/../train-$2.sh") || { echo "src/main/image/$2.sh does not start its program as dev/lib/image.sh expects" >&2; return 1; }
}

# image_cache root build name trainer: makes /app/NAME.aot, or takes the one that was trained with the same jars, flags and runtime.
image_cache() {
  local root=$1 build=$2 name=$3 key classpath
  classpath=$(sed "s#/app/lib/#$root/app/lib/#g" "$root/app/$name-classpath")
  key=$( (echo "$image_jre"; cat "$root/app/$name-classpath" "src/main/image/$name.sh"; tr ':' '\n' <<<"$classpath" | xargs cat) | sha256sum | cut -c1-16)
  if [ ! -f "$build/image-cache/$name-$key.aot" ]; then
    image_training_script "$root" "$name"
    if ! "$4" "$build" >"$build/train-$name.log" 2>&1; then
      cat "$build/train-$name.log" >&2
      return 1
    fi
    rm -f "$build/image-cache/$name"-*.aot
    mv "$root/app/$name.aot" "$build/image-cache/$name-$key.aot"
  fi
  install -m 644 "$build/image-cache/$name-$key.aot" "$root/app/$name.aot"
  touch -d @1 "$root/app/$name.aot" "$root/app"
  # Usable with exactly what is in the image, or the build ends here.
  "$root/opt/jre/bin/java" -XX:AOTCache="$root/app/$name.aot" -XX:AOTMode=on -XX:+UseSerialGC -cp "$classpath" --version >/dev/null
}

image_java() { # build arguments...
  local build=$1
  shift
  "$JAVA_HOME/bin/java" -cp "$build/classes:$(cat "$build/test.classpath")" "$@"
}

image_train_agent() { # build
  rm -rf "$1/training" && mkdir -p "$1/training"
  image_java "$1" src/test/java/io/poolwright/build/AgentTraining.java "$1/training" 1 /bin/sh "$1/train-agent.sh" stage-in || {
    cat "$1"/training/*/termination-log
    return 1
  }
}

image_train_operator() { # build
  image_java "$1" src/test/java/io/poolwright/build/OperatorTraining.java /bin/sh "$1/train-operator.sh"
}

image_tar() { # build root tar
  # Jib packs the classes of the project that it runs in; this one has none, so that all comes from the root.
  # Its cache tells files apart by name, size and time only, and they all have one time: it would pack what it packed before.
  rm -rf "$1/jib"
  mkdir -p "$1/jib/classes" "$(dirname "$3")"
  mvn ${MAVEN_ARGS:-} -q -B -ntp -f src/main/image/pom.xml -DbuildDirectory="$1/jib" -Dimage.root="$2" -Dimage.tar="$3" \
    -Dimage.architecture="$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')" jib:buildTar
}
