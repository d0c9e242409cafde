# Sourced. Sets JAVA_HOME to a JDK 25 or newer, or says what to do.
poolwright_java_major() { "$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p'; }
poolwright_find_java() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25*; do
    [ -x "$home/bin/javac" ] || continue
    [ "$(poolwright_java_major "$home")" -ge 25 ] 2>/dev/null || continue
    export JAVA_HOME=$home PATH="$home/bin:$PATH"
    return 0
  done
  echo "Poolwright needs a JDK 25: install one (for instance Temurin 25) or set JAVA_HOME to it." >&2
  return 1
}
poolwright_find_java
